import type { AddTagsInput, DescribeTagsInput, RemoveTagsInput, Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../wire/service.ts';
import type { Store, Tags } from '../model.ts';
import { invalid, notFound } from './errors.ts';

export function readTags(tags: readonly Tag[] | undefined): Tags {
  const read: Tags = new Map();
  for (const { Key, Value } of tags ?? []) {
    if (Key === undefined || Key.length < 1 || Key.length > 128) throw invalid(`The tag key '${Key}' is not valid`);
    if (read.has(Key)) throw new AwsError('DuplicateTagKeys', 'A tag key was specified more than once');
    read.set(Key, Value ?? '');
  }
  if (read.size > 50)
    throw new AwsError('TooManyTags', "You've reached the limit on the number of tags for this load balancer");
  return read;
}

function tagsOf(store: Store, arn: string): Tags {
  if (arn.includes(':targetgroup/')) return found(store.targetGroups.get(arn), notFound.targetGroup).tags;
  if (arn.includes(':loadbalancer/')) return found(store.loadBalancers.get(arn), notFound.loadBalancer).tags;
  if (arn.includes(':listener-rule/')) return found(store.rules.get(arn), notFound.rule).tags;
  if (arn.includes(':listener/')) return found(store.listeners.get(arn), notFound.listener).tags;
  throw invalid(`'${arn}' is not a valid ARN`);
}

function found<T>(thing: T | undefined, missing: () => AwsError): T {
  if (thing === undefined) throw missing();
  return thing;
}

export function tagOperations(store: Store) {
  return {
    AddTags(input: AddTagsInput) {
      const added = readTags(input.Tags);
      for (const tags of (input.ResourceArns ?? []).map((arn) => tagsOf(store, arn))) {
        for (const [key, value] of added) tags.set(key, value);
      }
      return {};
    },
    RemoveTags(input: RemoveTagsInput) {
      for (const tags of (input.ResourceArns ?? []).map((arn) => tagsOf(store, arn))) {
        for (const key of input.TagKeys ?? []) tags.delete(key);
      }
      return {};
    },
    DescribeTags(input: DescribeTagsInput) {
      const describe = (arn: string) => ({
        ResourceArn: arn,
        Tags: [...tagsOf(store, arn)].map(([Key, Value]) => ({ Key, Value })),
      });
      return { TagDescriptions: (input.ResourceArns ?? []).map(describe) };
    },
  };
}
