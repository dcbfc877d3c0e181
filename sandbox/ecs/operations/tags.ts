/** TagResource, UntagResource, ListTagsForResource. */

import type { ListTagsForResourceRequest, TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-ecs';
import { AwsError, type Handler } from '../../wire/service.ts';
import { clusterNotFound, invalid } from '../exceptions.ts';
import { checkCount, checkTags, isReserved } from '../validate/tags.ts';
import type { World } from '../world.ts';

const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message);

export function tagOperations(world: World): Readonly<Record<string, Handler>> {
  const { store } = world;
  const isKnown = (arn: string): boolean =>
    [...store.clusters.values()].some((cluster) => cluster.arn === arn) ||
    store.services.has(arn) ||
    [...store.services.values()].some(({ taskSets }) => taskSets.some((set) => set.arn === arn)) ||
    store.tasks.has(arn) ||
    [...store.families.values()].flat().some(({ taskDefinitionArn }) => taskDefinitionArn === arn);
  // ListTagsForResource knows no ResourceNotFoundException.
  const known = (arn: string | undefined, missing: (message: string) => AwsError = notFound): string => {
    const kind = /^arn:[^:]+:ecs:[^:]+:\d+:(.+)$/.exec(arn ?? '')?.[1];
    if (arn === undefined || kind === undefined) throw invalid(`Invalid ARN: ${arn}`);
    // "If you try to tag a service with a short ARN, you receive an InvalidParameterException error."
    if (/^(service|task)\/[^/]+$/.test(kind)) throw invalid('Long arn format must be used for tagging operations');
    if (isKnown(arn)) return arn;
    if (kind.startsWith('cluster/')) throw clusterNotFound();
    throw missing('The specified resource could not be found.');
  };
  return {
    TagResource(input: TagResourceRequest) {
      const arn = known(input.resourceArn);
      checkTags(input.tags);
      const tags = new Map((store.tags.get(arn) ?? []).map((tag) => [tag.key, tag]));
      for (const tag of input.tags ?? []) tags.set(tag.key, tag);
      checkCount([...tags.values()]);
      store.tags.set(arn, [...tags.values()]);
      return {};
    },

    UntagResource(input: UntagResourceRequest) {
      const arn = known(input.resourceArn);
      const gone = new Set(input.tagKeys);
      if ([...gone].some(isReserved)) throw invalid('Tags cannot begin with the reserved prefix aws:.');
      store.tags.set(
        arn,
        (store.tags.get(arn) ?? []).filter(({ key }) => !gone.has(key ?? '')),
      );
      return {};
    },

    ListTagsForResource(input: ListTagsForResourceRequest) {
      return { tags: store.tags.get(known(input.resourceArn, invalid)) ?? [] };
    },
  };
}
