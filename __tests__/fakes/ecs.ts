/**
 * One blue/green service deployment of ECS over a fake clock. It keeps these rules of the real one:
 * - the stages come in order; traffic is 0 % before PRODUCTION_TRAFFIC_SHIFT and 100 % after it;
 * - a pause holds its stage until it is answered; unanswered, it rolls back when it expires; its id is answered once;
 * - a rollback gives the traffic back, then ends as ROLLBACK_SUCCESSFUL; a stop is refused once it has ended;
 * - what is written to the service is kept and a new deployment is shown only after `lagMs`.
 */
import type { CallError } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { RunningDeployment, ServiceDeploymentFacts, ServiceFacts } from '../../src/core/service.ts';
import type { Deployments, Services } from '../../src/ports.ts';
import type { FakeClock } from './clock.ts';

const STAGES = [
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
] as const;
type Stage = (typeof STAGES)[number];

export interface FakeEcsOptions {
  /** How long a stage takes that nothing holds up. */
  readonly stageMs?: number;
  readonly lagMs?: number;
  readonly desiredCount?: number;
  /** Never gets beyond SCALE_UP: its tasks die. */
  readonly neverStarts?: boolean;
}

export interface FakeEcs {
  readonly services: Services;
  readonly deployments: Deployments;
  readonly service: ServiceFacts;
  /** Names of the calls that were made, in order. */
  readonly calls: string[];
  /** The share of traffic at every change, with the time. */
  readonly traffic: { readonly at: number; readonly share: number }[];
  readonly updates: { readonly taskDefinition?: string; readonly deploymentConfiguration?: JsonObject }[];
  /** The next call, or every call while `whenever` holds, fails with this. */
  failWith(error: CallError | undefined): void;
  /** ECS itself turns back, as for an alarm. */
  rollBack(reason: string): void;
  /** Somebody else's deployment begins and ends ours. */
  supersede(): void;
  status(): string;
}

const SERVICE = 'arn:aws:ecs:eu-west-1:111122223333:service/demo/web';
const deploymentArn = (id: number): string => `arn:aws:ecs:eu-west-1:111122223333:service-deployment/demo/web/d${id}`;
const revisionArn = (id: number): string => `arn:aws:ecs:eu-west-1:111122223333:service-revision/demo/web/${id}`;

export function createFakeEcs(clock: FakeClock, options: FakeEcsOptions = {}): FakeEcs {
  const { stageMs = 1_000, lagMs = 0, desiredCount = 2, neverStarts = false } = options;
  const calls: string[] = [];
  const traffic: { at: number; share: number }[] = [];
  const updates: FakeEcs['updates'] = [];
  let failure: CallError | undefined;
  let configuration: JsonObject = {
    strategy: 'BLUE_GREEN',
    bakeTimeInMinutes: 1,
    alarms: { alarmNames: ['web-5xx'], enable: true, rollback: true },
  };
  let createdAt: number | undefined;
  let status: ServiceDeploymentFacts['status'] = 'PENDING';
  let reason: string | undefined;
  let stage: Stage | undefined;
  let pause: { id: string; expiresAt: number } | undefined;
  let pauses = 0;
  let share = 0;
  let visit = 0;
  let finishedAt: number | undefined;
  let newer: RunningDeployment | undefined;

  const setShare = (next: number): void => {
    if (share === next) return;
    share = next;
    traffic.push({ at: clock.now(), share });
  };
  const isOver = (): boolean => finishedAt !== undefined;

  function enter(index: number): void {
    const mine = ++visit;
    const later = (ms: number, happen: () => void): void => clock.after(ms, () => mine === visit && happen());
    stage = STAGES[index];
    if (stage === undefined) {
      status = 'SUCCESSFUL';
      finishedAt = clock.now();
      return;
    }
    if (stage === 'PRODUCTION_TRAFFIC_SHIFT') setShare(100);
    if (stage === 'SCALE_UP' && neverStarts) return;
    const minutes = configuration['bakeTimeInMinutes'] as number;
    const hook = (configuration['lifecycleHooks'] as JsonObject[] | undefined)?.find((candidate) =>
      (candidate['lifecycleStages'] as string[]).includes(stage as string),
    );
    if (hook !== undefined && hook['targetType'] === 'PAUSE') {
      const timeout = (hook['timeoutConfiguration'] as JsonObject)['timeoutInMinutes'] as number;
      pauses += 1;
      pause = { id: `ecs-pause-${pauses}`, expiresAt: clock.now() + timeout * 60_000 };
      later(timeout * 60_000, () => turnBack('the pause timed out'));
      return;
    }
    later(stage === 'BAKE_TIME' ? minutes * 60_000 : stageMs, () => enter(index + 1));
  }

  function turnBack(why: string): void {
    visit += 1;
    pause = undefined;
    status = 'ROLLBACK_IN_PROGRESS';
    reason = why;
    setShare(0);
    clock.after(stageMs, () => {
      status = 'ROLLBACK_SUCCESSFUL';
      finishedAt = clock.now();
    });
  }

  async function called<T>(name: string, answer: () => T): Promise<T> {
    calls.push(name);
    if (failure !== undefined) throw failure;
    return answer();
  }

  const ours = (): RunningDeployment | undefined =>
    createdAt === undefined || clock.now() < createdAt + lagMs
      ? undefined
      : {
          serviceDeploymentArn: deploymentArn(2),
          status,
          createdAt,
          startedAt: createdAt,
          targetServiceRevisionArn: revisionArn(2),
        };

  return {
    calls,
    traffic,
    updates,
    status: () => status,
    service: {
      serviceArn: SERVICE,
      clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/demo',
      serviceName: 'web',
      status: 'ACTIVE',
      deploymentController: 'ECS',
      taskDefinition: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1',
      desiredCount,
      runningCount: desiredCount,
      launchType: 'FARGATE',
      deploymentConfiguration: configuration,
      loadBalancers: [],
      healthCheckGracePeriodSeconds: undefined,
      currentServiceDeployment: deploymentArn(1),
      currentServiceRevisions: [revisionArn(1)],
      schedulingStrategy: 'REPLICA',
    },
    failWith: (error) => {
      failure = error;
    },
    rollBack: turnBack,
    supersede() {
      visit += 1;
      pause = undefined;
      status = 'STOPPED';
      finishedAt = clock.now();
      newer = {
        serviceDeploymentArn: deploymentArn(3),
        status: 'IN_PROGRESS',
        createdAt: clock.now(),
        startedAt: clock.now(),
        targetServiceRevisionArn: revisionArn(3),
      };
    },
    services: {
      describe: () => called('DescribeServices', () => undefined),
      update: (_cluster, _service, change) =>
        called('UpdateService', () => {
          updates.push(change);
          configuration = change.deploymentConfiguration ?? configuration;
          if (change.taskDefinition !== undefined) {
            createdAt = clock.now();
            status = 'IN_PROGRESS';
            enter(0);
          }
          return { deploymentArn: deploymentArn(1) };
        }),
    },
    deployments: {
      list: (_cluster, _service, since) =>
        called('ListServiceDeployments', () =>
          [newer, ours()]
            .filter((deployment) => deployment !== undefined)
            .filter(({ createdAt: at }) => at >= (since ?? 0)),
        ),
      describe: (arn) =>
        called('DescribeServiceDeployments', (): ServiceDeploymentFacts | undefined => {
          if (ours() === undefined || arn !== deploymentArn(2)) return undefined;
          const candidateRuns = stage !== undefined && STAGES.indexOf(stage) > STAGES.indexOf('SCALE_UP');
          return {
            serviceDeploymentArn: arn,
            status,
            statusReason: reason,
            lifecycleStage: stage,
            createdAt: createdAt ?? 0,
            finishedAt,
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
            source: [revision(1, desiredCount, 100 - share)],
            target: revision(
              2,
              candidateRuns || isOver() ? desiredCount : 0,
              share,
              stage === 'PRE_SCALE_UP' ? 0 : desiredCount,
            ),
            rollbackReason: undefined,
            alarms: [],
          };
        }),
      answer: (_arn, hookId, action) =>
        called(`ContinueServiceDeployment ${action}`, () => {
          if (pause?.id !== hookId) return;
          pause = undefined;
          if (action === 'ROLLBACK') turnBack('rolled back by ContinueServiceDeployment');
          else enter(STAGES.indexOf(stage as Stage) + 1);
        }),
      stop: () =>
        called('StopServiceDeployment', () => {
          if (!isOver()) turnBack('rolled back by StopServiceDeployment');
        }),
      revision: () => called('DescribeServiceRevisions', () => undefined),
    },
  };
}

function revision(
  id: number,
  running: number,
  weight: number,
  requested = running,
): NonNullable<ServiceDeploymentFacts['target']> {
  return {
    arn: revisionArn(id),
    requestedTaskCount: requested,
    runningTaskCount: running,
    pendingTaskCount: requested - running,
    requestedTestTrafficWeight: weight,
    requestedProductionTrafficWeight: weight,
  };
}
