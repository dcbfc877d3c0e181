/** TagResource, UntagResource, ListTagsForResource. */

import type { ListTagsForResourceRequest, TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-ecs';
import type { Handler } from '../../wire/service.ts';
import { invalid } from '../exceptions.ts';
import type { World } from '../world.ts';

const MOST_TAGS = 50;

export function tagOperations(world: World): Readonly<Record<string, Handler>> {
  const { store } = world;
  const known = (arn: string | undefined): string => {
    const exists =
      [...store.clusters.values()].some((cluster) => cluster.arn === arn) ||
      store.services.has(arn ?? '') ||
      store.tasks.has(arn ?? '') ||
      [...store.services.values()].some(({ taskSets }) => taskSets.some((set) => set.arn === arn)) ||
      [...store.families.values()].flat().some(({ taskDefinitionArn }) => taskDefinitionArn === arn);
    if (arn === undefined || !exists) throw invalid('The specified resource could not be found.');
    return arn;
  };
  return {
    TagResource(input: TagResourceRequest) {
      const arn = known(input.resourceArn);
      const tags = new Map((store.tags.get(arn) ?? []).map((tag) => [tag.key, tag]));
      for (const tag of input.tags ?? []) tags.set(tag.key, tag);
      if (tags.size > MOST_TAGS) throw invalid(`Maximum number of tags is ${MOST_TAGS}.`);
      store.tags.set(arn, [...tags.values()]);
      return {};
    },

    UntagResource(input: UntagResourceRequest) {
      const arn = known(input.resourceArn);
      const gone = new Set(input.tagKeys);
      store.tags.set(
        arn,
        (store.tags.get(arn) ?? []).filter(({ key }) => !gone.has(key ?? '')),
      );
      return {};
    },

    ListTagsForResource(input: ListTagsForResourceRequest) {
      return { tags: store.tags.get(known(input.resourceArn)) ?? [] };
    },
  };
}
