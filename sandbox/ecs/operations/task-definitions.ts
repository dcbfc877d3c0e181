/** RegisterTaskDefinition and its neighbours. */

import type {
  DeregisterTaskDefinitionRequest,
  DescribeTaskDefinitionRequest,
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionsRequest,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import type { Handler } from '../../wire/service.ts';
import { client } from '../exceptions.ts';
import type { StoredTaskDefinition } from '../model.ts';
import { ecsArn } from '../names.ts';
import { page } from '../paging.ts';
import { findTaskDefinition } from '../store.ts';
import { checkTags } from '../validate/tags.ts';
import { checkTaskDefinition } from '../validate/task-definition.ts';
import { registered } from '../views/task-definition.ts';
import type { World } from '../world.ts';

export function taskDefinitionOperations(world: World): Readonly<Record<string, Handler>> {
  const { store, place } = world;
  const replace = (next: StoredTaskDefinition): StoredTaskDefinition => {
    const revisions = store.families.get(next.family) ?? [];
    revisions[next.revision - 1] = next;
    return next;
  };
  return {
    RegisterTaskDefinition(input: RegisterTaskDefinitionRequest) {
      checkTaskDefinition(input);
      checkTags(input.tags);
      const revisions = store.families.get(input.family ?? '') ?? [];
      const revision = revisions.length + 1;
      const taskDefinition = registered(input, {
        arn: ecsArn(place, `task-definition/${input.family}:${revision}`),
        revision,
        registeredAt: world.clock.now(),
        registeredBy: `arn:aws:iam::${place.account}:root`,
      });
      revisions.push(taskDefinition);
      store.families.set(taskDefinition.family, revisions);
      if (input.tags !== undefined) store.tags.set(taskDefinition.taskDefinitionArn, input.tags);
      return { taskDefinition, tags: input.tags ?? [] };
    },

    DescribeTaskDefinition(input: DescribeTaskDefinitionRequest) {
      const taskDefinition = findTaskDefinition(store, input.taskDefinition ?? '');
      const tags = store.tags.get(taskDefinition.taskDefinitionArn) ?? [];
      return { taskDefinition, ...(input.include?.includes('TAGS') === true ? { tags } : {}) };
    },

    DeregisterTaskDefinition(input: DeregisterTaskDefinitionRequest) {
      if (!/:\d+$/.test(input.taskDefinition ?? '')) {
        throw client('Revision is missing. Use family:revision to deregister a task definition.');
      }
      const known = findTaskDefinition(store, input.taskDefinition ?? '');
      return { taskDefinition: replace({ ...known, status: 'INACTIVE', deregisteredAt: world.clock.now() }) };
    },

    ListTaskDefinitions(input: ListTaskDefinitionsRequest) {
      const { familyPrefix, status = 'ACTIVE', sort = 'ASC' } = input;
      const families = [...store.families.keys()]
        .filter((family) => familyPrefix === undefined || family === familyPrefix)
        .sort();
      const arns = families
        .flatMap((family) => store.families.get(family) ?? [])
        .filter((candidate) => candidate.status === status)
        .map(({ taskDefinitionArn }) => taskDefinitionArn);
      const { items, nextToken } = page(sort === 'DESC' ? arns.toReversed() : arns, input);
      return { taskDefinitionArns: items, nextToken };
    },

    ListTaskDefinitionFamilies(input: ListTaskDefinitionFamiliesRequest) {
      const { familyPrefix = '', status = 'ACTIVE' } = input;
      const families = [...store.families]
        .filter(([family]) => family.startsWith(familyPrefix))
        .filter(([, revisions]) => {
          const active = revisions.some((revision) => revision.status === 'ACTIVE');
          return status === 'ALL' || (status === 'ACTIVE') === active;
        })
        .map(([family]) => family)
        .sort();
      const { items, nextToken } = page(families, input);
      return { families: items, nextToken };
    },
  };
}
