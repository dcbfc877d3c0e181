/**
 * One service of ECS that CodeDeploy looks after, over a fake clock. It keeps these rules of the real one:
 * - a deployment is Created for two seconds and has no target in them; its eight lifecycle events come in order, each takes `eventMs`;
 * - it keeps the waits that its group had when it was created; a group has one deployment at a time, a rollback is one;
 * - with a ready wait it is Ready after AfterAllowTestTraffic, until it is told to go on, and Stopped when nobody does;
 * - AllowTraffic shifts by the configuration's timetable; the candidate is PRIMARY from 100 % on;
 * - in the termination wait it is InProgress and says that the wait has started; then it is Succeeded and the original task set goes;
 * - a stop takes a second; what is stopped, fails or expires is Stopped or Failed and names its rollback `rollbackShownMs` later;
 *   the rollback is a deployment of its own that gives the traffic back and is Succeeded; before Install there is nothing to turn back;
 * - a deployment's appspec can be had by its hash alone; a description has at most 256 characters.
 */
import type {
  DeploymentFacts,
  DeploymentGroupFacts,
  DeploymentStatus,
  LifecycleEventFacts,
  NewDeployment,
  TargetFacts,
} from '../../src/core/codedeploy-facts.ts';
import { ONGOING } from '../../src/core/codedeploy-facts.ts';
import { sharesOf, type TrafficRouting } from '../../src/core/codedeploy-ladder.ts';
import type { DeploymentWaits } from '../../src/core/codedeploy-waits.ts';
import { CallError } from '../../src/core/errors.ts';
import type { ServiceFacts } from '../../src/core/service.ts';
import type { TaskSetFacts } from '../../src/core/taskset-facts.ts';
import type { CodeDeploy, LoadBalancers, Services } from '../../src/ports.ts';
import type { FakeClock } from './clock.ts';

export const EVENTS = [
  'BeforeInstall',
  'Install',
  'AfterInstall',
  'AllowTestTraffic',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AllowTraffic',
  'AfterAllowTraffic',
] as const;
type EventName = (typeof EVENTS)[number];

const ELB = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
export const TEST_LISTENER = `${ELB}:listener/app/web/b/test`;
const GROUPS = [`${ELB}:targetgroup/web-1/1`, `${ELB}:targetgroup/web-2/2`] as const;
const CONFIGURATIONS: readonly (readonly [string, TrafficRouting])[] = [
  ['CodeDeployDefault.ECSAllAtOnce', { kind: 'all-at-once' }],
  ['CodeDeployDefault.ECSCanary10Percent5Minutes', { kind: 'canary', percent: 10, minutes: 5 }],
  ['CodeDeployDefault.ECSLinear10PercentEvery1Minutes', { kind: 'linear', percent: 10, minutes: 1 }],
];
export const taskDefinitionArn = (n: number): string => `arn:aws:ecs:eu-west-1:111122223333:task-definition/web:${n}`;

export interface FakeCodeDeployOptions {
  readonly eventMs?: number;
  readonly rollbackShownMs?: number;
  readonly waits?: DeploymentWaits;
  readonly application?: string;
  readonly deploymentGroup?: string;
  readonly group?: Partial<DeploymentGroupFacts>;
  /** Install never ends. */
  readonly neverStarts?: boolean;
}

interface Deployment {
  facts: DeploymentFacts;
  readonly appSpec: string;
  readonly routing: TrafficRouting;
  events: LifecycleEventFacts[];
  /** Of the candidate, in percent. */
  share: number;
  original: TaskSetFacts | undefined;
  replacement: TaskSetFacts | undefined;
  /** What is scheduled by an earlier one is not done any more. */
  visit: number;
  readonly rollBackOnStop: boolean;
}

export interface FakeCodeDeploy {
  readonly codeDeploy: CodeDeploy;
  readonly services: Services;
  readonly loadBalancers: LoadBalancers;
  /** As it is now. */
  readonly service: ServiceFacts;
  readonly calls: string[];
  /** The candidate's share at every change. */
  readonly traffic: { readonly at: number; readonly share: number }[];
  readonly waits: DeploymentWaits;
  readonly created: readonly NewDeployment[];
  readonly configurations: ReadonlyMap<string, TrafficRouting>;
  status(deploymentId: string): DeploymentStatus | undefined;
  /** Called before each call's effect, and with `done` after it; what it throws is what the caller gets. */
  intercept(hook: ((call: string, done: boolean) => void) | undefined): void;
  /** As from the console. */
  stop(deploymentId: string, rollBack: boolean): void;
  fail(deploymentId: string, code: string, message: string): void;
  /** Somebody deploys web:9, as from the console. */
  deployAnother(): string;
}

export function createFakeCodeDeploy(clock: FakeClock, options: FakeCodeDeployOptions = {}): FakeCodeDeploy {
  const { eventMs = 1_000, rollbackShownMs = 3_000, neverStarts = false } = options;
  const place = {
    application: options.application ?? 'AppECS-demo-web',
    group: options.deploymentGroup ?? 'DgpECS-demo-web',
  };
  const calls: string[] = [];
  const traffic: { at: number; share: number }[] = [];
  const created: NewDeployment[] = [];
  const deployments: Deployment[] = [];
  const configurations = new Map(CONFIGURATIONS);
  const tags = new Map<string, string>();
  let waits: DeploymentWaits = options.waits ?? { readyMinutes: undefined, terminationMinutes: 5 };
  let taskSets: TaskSetFacts[] = [];
  let hook: ((call: string, done: boolean) => void) | undefined;

  const routes: DeploymentFacts['routes'] = {
    targetGroups: ['web-1', 'web-2'],
    productionListener: `${ELB}:listener/app/web/b/production`,
    testListener: TEST_LISTENER,
  };

  function addTaskSet(taskDefinition: string, externalId: string | undefined, targetGroupArn: string): TaskSetFacts {
    const number = taskSets.length + deployments.length + 1;
    const id = `ecs-svc/${number}`;
    const made: TaskSetFacts = {
      taskSetArn: `arn:aws:ecs:eu-west-1:111122223333:task-set/demo/web/${id}`,
      id,
      status: taskSets.length === 0 ? 'PRIMARY' : 'ACTIVE',
      taskDefinition,
      externalId,
      scale: 100,
      computedDesiredCount: 2,
      runningCount: 2,
      pendingCount: 0,
      isSteady: true,
      createdAt: clock.now(),
      targetGroupArn,
      tags: new Map(),
      raw: { platformVersion: '1.4.0', loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8080 }] },
    };
    taskSets.push(made);
    return made;
  }
  const primary = (): TaskSetFacts | undefined => taskSets.find(({ status }) => status === 'PRIMARY');
  const makePrimary = (id: string | undefined): void => {
    taskSets = taskSets.map((set) => ({ ...set, status: set.id === id ? 'PRIMARY' : 'ACTIVE' }));
  };
  const remove = (id: string | undefined): void => {
    taskSets = taskSets.filter((set) => set.id !== id);
  };
  addTaskSet(taskDefinitionArn(1), undefined, GROUPS[0]);

  const setShare = (deployment: Deployment, share: number): void => {
    if (deployment.share === share) return;
    deployment.share = share;
    traffic.push({ at: clock.now(), share });
  };
  const isOver = ({ facts }: Deployment): boolean => !ONGOING.includes(facts.status);
  const set = (deployment: Deployment, facts: Partial<DeploymentFacts>): void => {
    deployment.facts = { ...deployment.facts, ...facts };
  };
  const mark = (deployment: Deployment, name: EventName, event: Partial<LifecycleEventFacts>): void => {
    deployment.events = deployment.events.map((one) => (one.name === name ? { ...one, ...event } : one));
  };
  const find = (id: string): Deployment | undefined => deployments.find(({ facts }) => facts.deploymentId === id);

  function start(wanted: NewDeployment, turnsBack: Deployment | undefined): Deployment {
    const number = deployments.length + 1;
    const deployment: Deployment = {
      facts: {
        application: wanted.application,
        group: wanted.group,
        deploymentId: `d-ABCDEF0${String(number).padStart(2, '0')}`,
        status: 'Created',
        createTime: clock.now(),
        completeTime: undefined,
        description: wanted.description,
        creator: turnsBack === undefined ? 'user' : 'codeDeployRollback',
        deploymentConfigName: wanted.deploymentConfigName,
        error: undefined,
        rollback: { by: undefined, of: turnsBack?.facts.deploymentId, message: undefined },
        waits,
        routes,
        terminationWaitStarted: false,
        sha256: `sha-${number}`,
      },
      appSpec: wanted.appSpec,
      routing: configurations.get(wanted.deploymentConfigName) ?? { kind: 'all-at-once' },
      events: EVENTS.map((name) => ({ name, status: 'Pending', endTime: undefined, message: undefined })),
      share: turnsBack?.share ?? 0,
      original: turnsBack?.original ?? primary(),
      replacement: turnsBack?.replacement,
      visit: 0,
      rollBackOnStop: true,
    };
    deployments.push(deployment);
    later(deployment, 2_000, () => {
      set(deployment, { status: 'InProgress' });
      enter(deployment, 0);
    });
    return deployment;
  }

  function later(deployment: Deployment, ms: number, happen: () => void): void {
    deployment.visit += 1;
    const mine = deployment.visit;
    clock.after(ms, () => mine === deployment.visit && happen());
  }

  function enter(deployment: Deployment, index: number): void {
    const name = EVENTS[index];
    if (name === undefined) {
      afterEvents(deployment);
      return;
    }
    const isBack = deployment.facts.rollback.of !== undefined;
    mark(deployment, name, { status: 'InProgress' });
    const done = (): void => {
      mark(deployment, name, { status: 'Succeeded', endTime: clock.now() });
      const { readyMinutes } = deployment.facts.waits;
      if (name !== 'AfterAllowTestTraffic' || isBack || readyMinutes === undefined) {
        enter(deployment, index + 1);
        return;
      }
      set(deployment, { status: 'Ready' });
      later(deployment, readyMinutes * 60_000, () =>
        halt(
          deployment,
          'Stopped',
          'TIMEOUT',
          'The deployment timed out while waiting for a notification to continue.',
          true,
        ),
      );
    };
    if (isBack) {
      if (name === 'AllowTraffic') {
        setShare(deployment, 0);
        makePrimary(deployment.original?.id);
      }
      later(deployment, eventMs, done);
      return;
    }
    if (name === 'Install') {
      if (neverStarts) return;
      const taskDefinition = /"TaskDefinition":"([^"]+)"/.exec(deployment.appSpec)?.[1] ?? '';
      const free = GROUPS.find((arn) => arn !== deployment.original?.targetGroupArn) ?? GROUPS[1];
      taskSets = taskSets.filter(({ id }) => id === deployment.original?.id);
      deployment.replacement = addTaskSet(taskDefinition, deployment.facts.deploymentId, free);
    }
    if (name === 'AllowTraffic') {
      shift(deployment, 0, done);
      return;
    }
    later(deployment, eventMs, done);
  }

  function shift(deployment: Deployment, step: number, done: () => void): void {
    const shares = sharesOf(deployment.routing);
    const share = shares[step] ?? 100;
    setShare(deployment, share);
    if (share === 100) {
      makePrimary(deployment.replacement?.id);
      later(deployment, eventMs, done);
      return;
    }
    const minutes = deployment.routing.kind === 'all-at-once' ? 0 : deployment.routing.minutes;
    later(deployment, minutes * 60_000, () => shift(deployment, step + 1, done));
  }

  function afterEvents(deployment: Deployment): void {
    const { terminationMinutes } = deployment.facts.waits;
    if (deployment.facts.rollback.of !== undefined) {
      succeed(deployment, deployment.replacement?.id);
    } else if (terminationMinutes === undefined) {
      succeed(deployment, undefined);
    } else {
      set(deployment, { terminationWaitStarted: true });
      later(deployment, terminationMinutes * 60_000, () => succeed(deployment, deployment.original?.id));
    }
  }

  function succeed(deployment: Deployment, leaving: string | undefined): void {
    deployment.visit += 1;
    set(deployment, { status: 'Succeeded', completeTime: clock.now() });
    if (leaving !== undefined) remove(leaving);
  }

  function halt(
    deployment: Deployment,
    status: 'Stopped' | 'Failed',
    code: string,
    message: string,
    rollBack: boolean,
  ): void {
    if (isOver(deployment)) return;
    deployment.visit += 1;
    for (const { name, status: before } of deployment.events) {
      if (before === 'InProgress')
        mark(deployment, name as EventName, { status: 'Failed', endTime: clock.now(), message });
    }
    set(deployment, { status, completeTime: clock.now(), error: { code, message } });
    if (!rollBack || deployment.facts.rollback.of !== undefined) return;
    clock.after(rollbackShownMs, () => {
      const isFree = deployments.every(isOver);
      if (deployment.replacement === undefined || !isFree) {
        set(deployment, { rollback: { by: undefined, of: undefined, message: 'There is nothing to roll back.' } });
        return;
      }
      const back = start(
        { ...place, deploymentConfigName: '', description: '', appSpec: '', onAlarm: false },
        deployment,
      );
      set(deployment, {
        rollback: { by: back.facts.deploymentId, of: undefined, message: 'Automatic rollback is triggered.' },
      });
    });
  }

  async function called<T>(name: string, answer: () => T): Promise<T> {
    calls.push(name);
    hook?.(name, false);
    const given = answer();
    hook?.(name, true);
    return given;
  }
  const refuse = (code: string, message: string): CallError => new CallError('invalid', code, message);
  const isHere = (name: { readonly application: string; readonly group: string }): boolean =>
    name.application === place.application && name.group === place.group;

  const service = (): ServiceFacts => ({
    serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/demo/web',
    clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/demo',
    serviceName: 'web',
    status: 'ACTIVE',
    deploymentController: 'CODE_DEPLOY',
    taskDefinition: primary()?.taskDefinition ?? '',
    desiredCount: 2,
    runningCount: 2,
    launchType: 'FARGATE',
    deploymentConfiguration: {},
    loadBalancers: [],
    healthCheckGracePeriodSeconds: undefined,
    currentServiceDeployment: undefined,
    currentServiceRevisions: [],
    schedulingStrategy: 'REPLICA',
    tags: new Map(tags),
    taskSets: [...taskSets],
  });

  const codeDeploy: CodeDeploy = {
    group: (name) =>
      called('GetDeploymentGroup', () => {
        if (name.application !== place.application) return 'no-application';
        if (name.group !== place.group) return 'no-group';
        const newest = deployments.at(-1)?.facts;
        return {
          computePlatform: 'ECS',
          service: { clusterName: 'demo', serviceName: 'web' },
          deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
          waits,
          routes,
          watchesAlarms: false,
          lastAttempted: newest && {
            deploymentId: newest.deploymentId,
            status: newest.status,
            endTime: newest.completeTime ?? 0,
          },
          ...options.group,
        };
      }),
    setWaits: (_name, wanted) =>
      called('UpdateDeploymentGroup', () => {
        waits = wanted;
      }),
    configuration: (name) =>
      called('GetDeploymentConfig', () => {
        const routing = configurations.get(name);
        return routing === undefined ? undefined : { name, routing };
      }),
    createConfiguration: ({ name, routing }) =>
      called('CreateDeploymentConfig', () => {
        if (!configurations.has(name)) configurations.set(name, routing);
      }),
    create: (wanted) =>
      called('CreateDeployment', () => {
        const active = deployments.find((one) => !isOver(one));
        if (active !== undefined) {
          throw refuse(
            'DeploymentLimitExceededException',
            `already has an active Deployment ${active.facts.deploymentId}`,
          );
        }
        if (wanted.description.length > 256) throw refuse('DescriptionTooLongException', 'The description is too long');
        created.push(wanted);
        return start(wanted, undefined).facts.deploymentId;
      }),
    list: (name, statuses) =>
      called('ListDeployments', () =>
        isHere(name)
          ? deployments
              .filter(({ facts }) => statuses.includes(facts.status))
              .map(({ facts }) => facts.deploymentId)
              .reverse()
          : [],
      ),
    deployment: (id) => called('GetDeployment', () => find(id)?.facts),
    target: (id) =>
      called('GetDeploymentTarget', (): TargetFacts | undefined => {
        const deployment = find(id);
        if (deployment === undefined || deployment.facts.status === 'Created') return undefined;
        const { original, replacement, share } = deployment;
        const sets = [
          ...(original === undefined ? [] : [{ ...original, label: 'Blue' as const, trafficWeight: 100 - share }]),
          ...(replacement === undefined ? [] : [{ ...replacement, label: 'Green' as const, trafficWeight: share }]),
        ];
        return {
          events: deployment.events,
          taskSets: sets.map(({ id: setId, label, trafficWeight }) => ({
            id: setId,
            label,
            desiredCount: 2,
            runningCount: 2,
            pendingCount: 0,
            trafficWeight,
          })),
        };
      }),
    goOn: (id, wait) =>
      called(`ContinueDeployment ${wait}`, () => {
        const deployment = find(id);
        if (deployment === undefined || isOver(deployment)) return;
        if (wait === 'READY_WAIT' && deployment.facts.status === 'Ready') {
          set(deployment, { status: 'InProgress' });
          enter(deployment, EVENTS.indexOf('BeforeAllowTraffic'));
        }
        if (wait === 'TERMINATION_WAIT' && deployment.facts.terminationWaitStarted) {
          succeed(deployment, deployment.original?.id);
        }
      }),
    stop: (id) => called('StopDeployment', () => stopLater(id, true)),
    appSpec: (_application, sha256) =>
      called('GetApplicationRevision', () => deployments.find(({ facts }) => facts.sha256 === sha256)?.appSpec),
  };

  function stopLater(id: string, rollBack: boolean): void {
    const deployment = find(id);
    if (deployment === undefined || isOver(deployment)) return;
    clock.after(1_000, () =>
      halt(deployment, 'Stopped', 'MANUAL_STOP', 'The deployment was stopped by a user.', rollBack),
    );
  }

  return {
    codeDeploy,
    calls,
    traffic,
    created,
    configurations,
    get service() {
      return service();
    },
    get waits() {
      return waits;
    },
    status: (id) => find(id)?.facts.status,
    intercept: (next) => {
      hook = next;
    },
    stop: stopLater,
    fail: (id, code, message) => {
      const deployment = find(id);
      if (deployment !== undefined) halt(deployment, 'Failed', code, message, true);
    },
    deployAnother: () =>
      start(
        {
          ...place,
          deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
          description: 'by hand',
          appSpec: `{"TaskDefinition":"${taskDefinitionArn(9)}"}`,
          onAlarm: false,
        },
        undefined,
      ).facts.deploymentId,
    services: {
      names: () => called('ListServices', () => ['web']),
      describe: () => called('DescribeServices', service),
      update: () => called('UpdateService', () => ({ deploymentArn: undefined })),
      tag: (_arn, more) =>
        called('TagResource', () => {
          for (const [key, value] of Object.entries(more)) tags.set(key, value);
        }),
      untag: (_arn, keys) =>
        called('UntagResource', () => {
          for (const key of keys) tags.delete(key);
        }),
    },
    loadBalancers: {
      rules: () => called('DescribeRules', () => []),
      targetGroups: () => called('DescribeTargetGroups', () => []),
      targets: () => called('DescribeTargetHealth', () => []),
      address: (arn) =>
        called('DescribeListeners', () => (arn === TEST_LISTENER ? 'http://lb.example.com:9001' : undefined)),
    },
  };
}
