/**
 * One service of ECS over a fake clock. It keeps these rules of the real one:
 * - the stages come in order; BLUE_GREEN, CANARY and LINEAR shift in their own steps, with a new pause before each and after the last;
 * - a pause holds its stage until it is answered; unanswered, it rolls back when it expires; its id is answered once;
 * - ROLLING replaces one task after the other and has neither stages, weights nor pauses;
 * - a rollback gives the traffic back, then ends as ROLLBACK_SUCCESSFUL; a stop is refused once it has ended;
 * - UpdateService begins a deployment for another task definition or with force, and a newer one stops the one that runs;
 * - what is written to the service is kept and a new deployment is shown only after `lagMs`.
 */
import type { CallError } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { RunningDeployment, ServiceChange, ServiceDeploymentFacts, ServiceFacts } from '../../src/core/service.ts';
import type { Deployments, LoadBalancers, Services } from '../../src/ports.ts';
import type { FakeClock } from './clock.ts';

const BEFORE_TRAFFIC = ['PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP', 'TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT'];

export interface FakeEcsOptions {
  /** How long a stage takes that nothing holds up, and a task to be replaced. */
  readonly stageMs?: number;
  readonly lagMs?: number;
  readonly desiredCount?: number;
  /** Never gets beyond SCALE_UP: its tasks die. */
  readonly neverStarts?: boolean;
  /** Instead of a blue/green service's. */
  readonly configuration?: JsonObject;
  /** Nothing was deployed before. */
  readonly isNew?: boolean;
  readonly hasLoadBalancer?: boolean;
}

export interface FakeEcs {
  readonly services: Services;
  readonly deployments: Deployments;
  readonly loadBalancers: LoadBalancers;
  /** As it is now. */
  readonly service: ServiceFacts;
  /** Names of the calls that were made, in order. */
  readonly calls: string[];
  /** The share of traffic that web:1 does not get, at every change, with the time. */
  readonly traffic: { readonly at: number; readonly share: number }[];
  readonly updates: ServiceChange[];
  /** Every call fails with this as long as it is set; `only`: those whose names begin so. */
  failWith(error: CallError | undefined, only?: string): void;
  /** ECS itself turns back, as for an alarm. */
  rollBack(reason: string): void;
  /** Somebody else's deployment begins and ends ours. */
  supersede(): void;
  /** Of the deployment with this number; 2 is the first that begins. */
  status(number?: number): string | undefined;
}

export const arnOf = {
  deployment: (n: number): string => `arn:aws:ecs:eu-west-1:111122223333:service-deployment/demo/web/d${n}`,
  revision: (n: number): string => `arn:aws:ecs:eu-west-1:111122223333:service-revision/demo/web/${n}`,
  taskDefinition: (n: number): string => `arn:aws:ecs:eu-west-1:111122223333:task-definition/web:${n}`,
};
const ELB = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
const GROUPS: readonly [string, string] = [`${ELB}:targetgroup/web-1/1`, `${ELB}:targetgroup/web-2/2`];
const RULE = `${ELB}:listener-rule/app/web/b/l/production`;
const TEST_RULE = `${ELB}:listener-rule/app/web/b/l/test`;

/** What is done next: the stage to enter, with the share that it brings. */
interface Stage {
  readonly name: string;
  readonly share?: number;
}

interface Deployment {
  readonly number: number;
  readonly taskDefinition: string;
  readonly source: Deployment | undefined;
  readonly configuration: JsonObject;
  readonly createdAt: number;
  readonly stages: readonly Stage[];
  status: ServiceDeploymentFacts['status'];
  reason: string | undefined;
  at: number;
  pause: { readonly id: string; readonly expiresAt: number } | undefined;
  share: number;
  running: number;
  sourceRunning: number;
  finishedAt: number | undefined;
  visit: number;
}

export function createFakeEcs(clock: FakeClock, options: FakeEcsOptions = {}): FakeEcs {
  const { stageMs = 1_000, lagMs = 0, desiredCount = 2, neverStarts = false, hasLoadBalancer = true } = options;
  const calls: string[] = [];
  const traffic: { at: number; share: number }[] = [];
  const updates: ServiceChange[] = [];
  const tags = new Map<string, string>();
  let failure: CallError | undefined;
  let failing = '';
  let configuration: JsonObject = options.configuration ?? {
    strategy: 'BLUE_GREEN',
    bakeTimeInMinutes: 1,
    alarms: { alarmNames: ['web-5xx'], enable: true, rollback: true },
  };
  let pauses = 0;
  const first: Deployment = {
    ...{ number: 1, taskDefinition: arnOf.taskDefinition(1), source: undefined, configuration, stages: [], at: 0 },
    ...{ createdAt: clock.now() - 86_400_000, status: 'SUCCESSFUL', reason: undefined, pause: undefined, share: 100 },
    ...{ running: desiredCount, sourceRunning: 0, finishedAt: clock.now() - 86_000_000, visit: 0 },
  };
  const all: Deployment[] = options.isNew === true ? [] : [first];
  /** What was deployed last with success. */
  let steady: Deployment | undefined = all[0];
  const newest = (): Deployment | undefined => all.at(-1);
  const strategyOf = ({ configuration: set }: Deployment): string => String(set['strategy'] ?? 'ROLLING');

  function setShare(deployment: Deployment, share: number): void {
    deployment.share = share;
    const others = deployment.taskDefinition === arnOf.taskDefinition(1) ? 100 - share : share;
    if ((traffic.at(-1)?.share ?? 0) !== others) traffic.push({ at: clock.now(), share: others });
  }

  function later(deployment: Deployment, ms: number, happen: () => void): void {
    const mine = deployment.visit;
    clock.after(ms, () => mine === deployment.visit && happen());
  }

  function succeed(deployment: Deployment): void {
    deployment.status = 'SUCCESSFUL';
    deployment.finishedAt = clock.now();
    deployment.sourceRunning = 0;
    steady = deployment;
  }

  function enter(deployment: Deployment, index: number): void {
    deployment.visit += 1;
    deployment.at = index;
    const stage = deployment.stages[index];
    if (stage === undefined) {
      succeed(deployment);
      return;
    }
    if (stage.share !== undefined) setShare(deployment, stage.share);
    if (stage.name === 'SCALE_UP' && neverStarts) return;
    if (stage.name === 'POST_SCALE_UP') deployment.running = desiredCount;
    const hooks = (deployment.configuration['lifecycleHooks'] as JsonObject[] | undefined) ?? [];
    const hook = hooks.find((candidate) => (candidate['lifecycleStages'] as string[]).includes(stage.name));
    if (hook?.['targetType'] === 'PAUSE') {
      const timeoutMs = Number((hook['timeoutConfiguration'] as JsonObject)['timeoutInMinutes']) * 60_000;
      pauses += 1;
      deployment.pause = { id: `ecs-pause-${pauses}`, expiresAt: clock.now() + timeoutMs };
      later(deployment, timeoutMs, () => turnBack(deployment, 'the pause timed out'));
      return;
    }
    later(deployment, stageMs + waitMs(deployment, stage), () => enter(deployment, index + 1));
  }

  function replace(deployment: Deployment): void {
    deployment.visit += 1;
    if (deployment.running >= desiredCount) {
      later(deployment, stageMs, () => {
        setShare(deployment, 100);
        succeed(deployment);
      });
      return;
    }
    if (neverStarts && deployment.number === 2) return;
    later(deployment, stageMs, () => {
      deployment.running += 1;
      deployment.sourceRunning = desiredCount - deployment.running;
      setShare(deployment, Math.min(99, Math.floor((100 * deployment.running) / desiredCount)));
      replace(deployment);
    });
  }

  function turnBack(deployment: Deployment, why: string): void {
    deployment.visit += 1;
    deployment.pause = undefined;
    deployment.reason = why;
    if (deployment.source === undefined) {
      deployment.status = 'ROLLBACK_FAILED';
      deployment.finishedAt = clock.now();
      return;
    }
    deployment.status = 'ROLLBACK_IN_PROGRESS';
    setShare(deployment, 0);
    later(deployment, stageMs, () => {
      deployment.status = 'ROLLBACK_SUCCESSFUL';
      deployment.finishedAt = clock.now();
      deployment.running = 0;
      deployment.sourceRunning = desiredCount;
    });
  }

  function start(taskDefinition: string): Deployment {
    const before = newest();
    if (before !== undefined && before.finishedAt === undefined) {
      before.visit += 1;
      before.pause = undefined;
      before.status = 'STOPPED';
      before.finishedAt = clock.now();
    }
    const deployment: Deployment = {
      ...{ number: (before?.number ?? 1) + 1, taskDefinition, source: steady, configuration, createdAt: clock.now() },
      ...{ stages: stagesOf(configuration), at: 0, status: 'IN_PROGRESS', reason: undefined, pause: undefined },
      ...{
        share: 0,
        running: 0,
        sourceRunning: steady === undefined ? 0 : desiredCount,
        finishedAt: undefined,
        visit: 0,
      },
    };
    all.push(deployment);
    return deployment;
  }

  async function called<T>(name: string, answer: () => T): Promise<T> {
    calls.push(name);
    if (failure !== undefined && name.startsWith(failing)) throw failure;
    return answer();
  }

  const isShown = ({ number, createdAt }: Deployment): boolean => number === 1 || clock.now() >= createdAt + lagMs;
  const byArn = (arn: string): Deployment | undefined => all.find(({ number }) => arnOf.deployment(number) === arn);
  const ours = (): Deployment => {
    const found = all.find(({ number }) => number === 2);
    if (found === undefined) throw new Error('no deployment has begun');
    return found;
  };

  const facts = (): ServiceFacts => ({
    serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/demo/web',
    clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/demo',
    serviceName: 'web',
    status: 'ACTIVE',
    deploymentController: 'ECS',
    taskDefinition: newest()?.taskDefinition ?? arnOf.taskDefinition(1),
    desiredCount,
    runningCount: desiredCount,
    launchType: 'FARGATE',
    deploymentConfiguration: configuration,
    loadBalancers: hasLoadBalancer
      ? [
          {
            targetGroupArn: GROUPS[0],
            containerName: 'web',
            containerPort: 8080,
            advancedConfiguration: {
              alternateTargetGroupArn: GROUPS[1],
              productionListenerRule: RULE,
              testListenerRule: TEST_RULE,
              roleArn: 'arn:aws:iam::111122223333:role/ecs-infrastructure',
            },
          },
        ]
      : [],
    healthCheckGracePeriodSeconds: undefined,
    currentServiceDeployment: all.findLast(isShown) && arnOf.deployment(all.findLast(isShown)?.number ?? 0),
    currentServiceRevisions: steady === undefined ? [] : [arnOf.revision(steady.number)],
    schedulingStrategy: 'REPLICA',
    tags: new Map(tags),
  });

  const services: Services = {
    names: () => called('ListServices', () => ['web']),
    describe: () => called('DescribeServices', facts),
    update: (_cluster, _service, change) =>
      called('UpdateService', () => {
        updates.push(change);
        const before = newest();
        const named = before?.taskDefinition;
        configuration = change.deploymentConfiguration ?? configuration;
        const begins = change.taskDefinition !== undefined && change.taskDefinition !== named;
        if (begins || change.forceNewDeployment === true) {
          const deployment = start(change.taskDefinition ?? named ?? arnOf.taskDefinition(1));
          if (strategyOf(deployment) === 'ROLLING') replace(deployment);
          else enter(deployment, 0);
        }
        // The answer still names the deployment before.
        return { deploymentArn: before && arnOf.deployment(before.number) };
      }),
    tag: (_arn, more) =>
      called('TagResource', () => {
        for (const [key, value] of Object.entries(more)) tags.set(key, value);
      }),
    untag: (_arn, keys) =>
      called('UntagResource', () => {
        for (const key of keys) tags.delete(key);
      }),
  };

  const deployments: Deployments = {
    list: (_cluster, _service, since) =>
      called('ListServiceDeployments', () =>
        all
          .filter((deployment) => isShown(deployment) && deployment.createdAt >= (since ?? 0))
          .map(brief)
          .reverse(),
      ),
    describe: (arn) =>
      called('DescribeServiceDeployments', () => {
        const deployment = byArn(arn);
        return deployment === undefined || !isShown(deployment) ? undefined : described(deployment, desiredCount);
      }),
    answer: (arn, hookId, action) =>
      called(`ContinueServiceDeployment ${action}`, () => {
        const deployment = byArn(arn);
        if (deployment === undefined || deployment.pause?.id !== hookId) return;
        deployment.pause = undefined;
        if (action === 'ROLLBACK') turnBack(deployment, 'rolled back by ContinueServiceDeployment');
        else enter(deployment, deployment.at + 1);
      }),
    stop: (arn) =>
      called('StopServiceDeployment', () => {
        const deployment = byArn(arn);
        if (deployment?.status === 'IN_PROGRESS') turnBack(deployment, 'rolled back by StopServiceDeployment');
      }),
    revision: (arn) =>
      called('DescribeServiceRevisions', () => {
        const deployment = all.find(({ number }) => arnOf.revision(number) === arn);
        if (deployment === undefined) return undefined;
        const group = GROUPS[(deployment.number + 1) % 2] ?? GROUPS[0];
        return { taskDefinition: deployment.taskDefinition, targetGroupArns: hasLoadBalancer ? [group] : [] };
      }),
  };

  return {
    calls,
    traffic,
    updates,
    services,
    deployments,
    loadBalancers: {
      rules: (arns) =>
        called('DescribeRules', () =>
          arns.map((ruleArn) => ({
            ruleArn,
            weights: new Map([
              [GROUPS[0], 100],
              [GROUPS[1], 0],
            ]),
          })),
        ),
      targetGroups: (arns) =>
        called('DescribeTargetGroups', () =>
          arns.map((targetGroupArn) => ({ targetGroupArn, targetType: 'ip', healthCheckPath: '/' })),
        ),
      targets: () => called('DescribeTargetHealth', () => []),
      address: () => called('DescribeListeners', () => 'http://candidate.example.com:9001'),
    },
    status: (number = 2) => all.find((deployment) => deployment.number === number)?.status,
    get service() {
      return facts();
    },
    failWith(error, only = '') {
      failure = error;
      failing = only;
    },
    rollBack: (reason) => turnBack(ours(), reason),
    supersede: () => void start(arnOf.taskDefinition(3)),
  };
}

function stagesOf(configuration: JsonObject): readonly Stage[] {
  return [
    ...BEFORE_TRAFFIC.map((name) => ({ name })),
    ...sharesOf(configuration).flatMap((share): Stage[] => [
      { name: 'PRE_PRODUCTION_TRAFFIC_SHIFT' },
      { name: 'PRODUCTION_TRAFFIC_SHIFT', share },
    ]),
    ...['POST_PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'CLEAN_UP'].map((name) => ({ name })),
  ];
}

function sharesOf(configuration: JsonObject): readonly number[] {
  const linear = configuration['linearConfiguration'] as { stepPercent: number } | undefined;
  const canary = configuration['canaryConfiguration'] as { canaryPercent: number } | undefined;
  switch (configuration['strategy']) {
    case 'LINEAR': {
      const tenths = Math.round((linear?.stepPercent ?? 10) * 10);
      return Array.from({ length: Math.ceil(1000 / tenths) }, (_, i) => Math.min(1000, (i + 1) * tenths) / 10);
    }
    case 'CANARY':
      return [canary?.canaryPercent ?? 5, 100];
    default:
      return [100];
  }
}

function waitMs({ configuration }: Deployment, { name, share }: Stage): number {
  const minutes = (settings: string, member: string): number =>
    Number((configuration[settings] as JsonObject | undefined)?.[member] ?? 0);
  if (name === 'BAKE_TIME') return Number(configuration['bakeTimeInMinutes'] ?? 0) * 60_000;
  if (name !== 'PRODUCTION_TRAFFIC_SHIFT' || share === 100) return 0;
  const linear = minutes('linearConfiguration', 'stepBakeTimeInMinutes');
  return 60_000 * Math.max(linear, minutes('canaryConfiguration', 'canaryBakeTimeInMinutes'));
}

function brief({ number, status, createdAt }: Deployment): RunningDeployment {
  return {
    serviceDeploymentArn: arnOf.deployment(number),
    status,
    createdAt,
    startedAt: createdAt,
    targetServiceRevisionArn: arnOf.revision(number),
  };
}

function described(deployment: Deployment, desiredCount: number): ServiceDeploymentFacts {
  const { number, status, reason, source, pause, running, sourceRunning, configuration } = deployment;
  const isRolling = (configuration['strategy'] ?? 'ROLLING') === 'ROLLING';
  const weight = isRolling ? 0 : deployment.share;
  return {
    serviceDeploymentArn: arnOf.deployment(number),
    status,
    statusReason: reason,
    lifecycleStage: isRolling ? undefined : deployment.stages[deployment.at]?.name,
    createdAt: deployment.createdAt,
    finishedAt: deployment.finishedAt,
    hooks:
      pause === undefined
        ? []
        : [
            {
              hookId: pause.id,
              targetType: 'PAUSE',
              status: 'AWAITING_ACTION',
              expiresAt: pause.expiresAt,
              timeoutAction: 'ROLLBACK',
            },
          ],
    source: source === undefined ? [] : [revision(source.number, sourceRunning, isRolling ? 0 : 100 - weight)],
    target: revision(number, running, weight, deployment.at === 0 && !isRolling ? 0 : desiredCount),
    rollbackReason: undefined,
    alarms: [],
    strategy: String(configuration['strategy'] ?? 'ROLLING'),
  };
}

function revision(
  number: number,
  running: number,
  weight: number,
  requested = running,
): NonNullable<ServiceDeploymentFacts['target']> {
  return {
    arn: arnOf.revision(number),
    requestedTaskCount: requested,
    runningTaskCount: running,
    pendingTaskCount: Math.max(0, requested - running),
    requestedTestTrafficWeight: weight,
    requestedProductionTrafficWeight: weight,
  };
}
