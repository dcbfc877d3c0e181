import type { CodeDeployService, CodeDeployServices, TaskSetFacts } from '../../../../sandbox/contracts.ts';
import { AwsError } from '../../../../sandbox/wire/service.ts';
import type { FakeClock } from '../../ecs/fakes/clock.ts';

export interface FakeServices extends CodeDeployServices {
  /** `create <task definition>`, `primary <task definition>`, `remove <task definition>`, in their order. */
  readonly journal: string[];
  /** The only service, `demo:web`; undefined: it is gone. */
  service: FakeService | undefined;
}

export interface FakeService extends CodeDeployService {
  desiredCount: number;
  controller: string;
  /** What was asked of `create`, oldest first. */
  readonly requests: Parameters<CodeDeployService['create']>[0][];
}

/**
 * ECS as CodeDeploy sees it. A task set is steady `steadyMs` after it was made or the service was scaled, unless its task
 * definition's name begins with `sick`; `gone…` is refused. A removed one drains for `drainMs`.
 */
export function fakeServices(
  clock: FakeClock,
  primaryGroup: string,
  { steadyMs = 20_000, drainMs = 5_000 } = {},
): FakeServices {
  const journal: string[] = [];
  type Set = { -readonly [K in keyof TaskSetFacts]: TaskSetFacts[K] } & { steadyAt: number; counted: number };
  const sets: Set[] = [];
  let count = 0;

  const add = (taskDefinition: string, targetGroupArn: string, status: 'PRIMARY' | 'ACTIVE'): Set => {
    count += 1;
    const set: Set = {
      id: `ecs-svc/${count}`,
      arn: `arn:aws:ecs:eu-central-1:123456789012:task-set/demo/web/ecs-svc/${count}`,
      taskDefinition,
      status,
      stability: 'STABILIZING',
      targetGroupArn,
      computedDesiredCount: 0,
      runningCount: 0,
      pendingCount: 0,
      createdAt: clock.now(),
      steadyAt: clock.now().getTime() + (status === 'PRIMARY' ? 0 : steadyMs),
      counted: service.desiredCount,
    };
    sets.push(set);
    return set;
  };
  const look = (set: Set): TaskSetFacts => {
    const nowMs = clock.now().getTime();
    if (set.counted !== service.desiredCount) {
      set.counted = service.desiredCount;
      set.steadyAt = nowMs + steadyMs;
    }
    const isSteady = !set.taskDefinition.startsWith('sick') && nowMs >= set.steadyAt;
    const { steadyAt: _, counted: __, ...facts } = set;
    return {
      ...facts,
      stability: isSteady ? 'STEADY_STATE' : 'STABILIZING',
      computedDesiredCount: set.status === 'DRAINING' ? 0 : service.desiredCount,
      runningCount: isSteady ? service.desiredCount : 0,
      pendingCount: isSteady ? 0 : service.desiredCount,
    };
  };
  const existing = (id: string): Set => {
    const set = sets.find((one) => one.id === id);
    if (set === undefined) throw new AwsError('TaskSetNotFoundException', 'TaskSet not found.');
    return set;
  };

  const service: FakeService = {
    arn: 'arn:aws:ecs:eu-central-1:123456789012:service/demo/web',
    desiredCount: 2,
    controller: 'CODE_DEPLOY',
    requests: [],
    primary() {
      const set = sets.find(({ status }) => status === 'PRIMARY');
      return set && look(set);
    },
    taskSets: () => sets.map(look).reverse(),
    create(request) {
      if (request.taskDefinition.startsWith('gone')) throw new AwsError('ClientException', 'TaskDefinition not found.');
      journal.push(`create ${request.taskDefinition}`);
      service.requests.push(request);
      return look(add(request.taskDefinition, request.targetGroupArn, 'ACTIVE'));
    },
    setPrimary(id) {
      const next = existing(id);
      journal.push(`primary ${next.taskDefinition}`);
      for (const set of sets) if (set.status === 'PRIMARY') set.status = 'ACTIVE';
      next.status = 'PRIMARY';
    },
    async remove(id) {
      const set = existing(id);
      journal.push(`remove ${set.taskDefinition}`);
      set.status = 'DRAINING';
      await new Promise<void>((resolve) => clock.after(drainMs, resolve));
      sets.splice(sets.indexOf(set), 1);
    },
  };
  add('web:1', primaryGroup, 'PRIMARY');
  const fake: FakeServices = {
    journal,
    service,
    find: (cluster, name) => (cluster === 'demo' && name === 'web' ? fake.service : undefined),
  };
  return fake;
}
