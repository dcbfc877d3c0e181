/**
 * The whole world of one service, for jobs as the runner starts them: everything in ports.ts over one fake clock. What moves the
 * traffic is the fake of one engine; the rest is as little as a service needs: task definitions that are numbered, targets that are
 * healthy where tasks run, alarms that ring when they are told to, and a log that keeps every line.
 */
import { CallError } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { ServiceFacts, TargetFacts } from '../../src/core/service.ts';
import { weightsOf } from '../../src/core/taskset-weights.ts';
import type { LoadBalancers, Log, Ports, Services } from '../../src/ports.ts';
import { createFakeClock, type FakeClock } from './clock.ts';
import { createFakeCodeDeploy, type FakeCodeDeploy, type FakeCodeDeployOptions } from './code-deploy.ts';
import { arnOf, createFakeEcs, type FakeEcs, type FakeEcsOptions } from './ecs.ts';
import { fakeImages } from './images.ts';
import { type FakeOneOffTasks, fakeOneOffTasks, type Script } from './one-off-tasks.ts';
import { createFakeTaskSets, type FakeTaskSets, type FakeTaskSetsOptions, ruleArn } from './task-sets.ts';

export type EngineName = 'native' | 'taskset' | 'codedeploy';

export interface FakeWorldOptions {
  readonly ecs?: FakeEcsOptions;
  readonly taskSets?: FakeTaskSetsOptions;
  readonly codeDeploy?: FakeCodeDeployOptions;
  /** What a one-off task does. */
  readonly migration?: Script;
  /** Names of the cluster's services; each of them shows what there is of the one. */
  readonly names?: readonly string[];
}

export interface FakeWorld {
  readonly engine: EngineName;
  readonly clock: FakeClock;
  /** Without log and runner: those are a job's own. */
  readonly ports: Omit<Ports, 'log' | 'runner'>;
  /** Names of the calls that were made, in order. */
  readonly calls: readonly string[];
  /** Percent of the traffic that web:1 does not get, as AWS is told. */
  share(): number;
  /** State of the alarm web-5xx. */
  ring(state: 'OK' | 'ALARM'): void;
  /** DescribeServices of this service fails with this. */
  hide(service: string, error: CallError): void;
  /** Every call of the engine whose name begins so fails, until it is called without an error. */
  failWith(call: string, error?: CallError): void;
  /** Task definitions that were registered, newest last. */
  readonly registered: readonly JsonObject[];
  readonly oneOffTasks: FakeOneOffTasks;
  /** The fake beneath; undefined for the other engines. */
  readonly ecs: FakeEcs | undefined;
  readonly taskSets: FakeTaskSets | undefined;
  readonly codeDeploy: FakeCodeDeploy | undefined;
}

/** The part of a world that differs between the engines. */
interface Beneath {
  readonly calls: string[];
  readonly services: Services;
  readonly loadBalancers: LoadBalancers;
  readonly own: Partial<Ports>;
  readonly share: () => number;
  readonly failWith: FakeWorld['failWith'];
  readonly fakes: Pick<FakeWorld, 'ecs' | 'taskSets' | 'codeDeploy'>;
}

export function createFakeWorld(engine: EngineName, options: FakeWorldOptions = {}): FakeWorld {
  const clock = createFakeClock();
  const beneath = { native: nativeWorld, taskset: tasksetWorld, codedeploy: codeDeployWorld }[engine](clock, options);
  const hidden = new Map<string, CallError>();
  let alarm: 'OK' | 'ALARM' = 'OK';
  const oneOffTasks = fakeOneOffTasks(clock, options.migration ?? {});
  const registered: JsonObject[] = [definition(1)];
  const nowhere = (what: string) => (): never => {
    throw new Error(`${what} is no part of this world`);
  };

  const services: Services = {
    ...beneath.services,
    names: async () => options.names ?? ['web'],
    async describe(cluster, name) {
      const error = hidden.get(name);
      if (error !== undefined) throw error;
      const service = await beneath.services.describe(cluster, name);
      const isHere = cluster === 'demo' || cluster === service?.clusterArn;
      if (!isHere || !(options.names ?? ['web']).includes(name)) return undefined;
      return service && { ...service, serviceName: name };
    },
  };
  const absent = new Proxy({}, { get: (_, name) => nowhere(`the call ${String(name)}`) });

  return {
    engine,
    clock,
    calls: beneath.calls,
    registered,
    oneOffTasks,
    share: beneath.share,
    failWith: beneath.failWith,
    ring: (state) => {
      alarm = state;
    },
    hide: (service, error) => hidden.set(service, error),
    ...beneath.fakes,
    ports: {
      clock,
      deployments: absent as Ports['deployments'],
      taskSets: absent as Ports['taskSets'],
      trafficRules: absent as Ports['trafficRules'],
      codeDeploy: absent as Ports['codeDeploy'],
      ...beneath.own,
      services,
      loadBalancers: beneath.loadBalancers,
      taskDefinitions: {
        async describe(reference) {
          const found = registered.findLast(
            (one) => one['taskDefinitionArn'] === reference || one['family'] === reference,
          );
          return found && { definition: found, tags: [] };
        },
        async register(wanted) {
          const made = { ...wanted, taskDefinitionArn: arnOf.taskDefinition(registered.length + 1) };
          registered.push(made);
          return made.taskDefinitionArn;
        },
      },
      tasks: { deaths: async () => [], logTail: async () => [] },
      alarms: {
        states: async (names) => new Map(names.filter((name) => name === 'web-5xx').map((name) => [name, alarm])),
      },
      // As behind a load balancer that counts no requests.
      trafficCounts: { requests: async () => new Map() },
      metrics: {
        counts: async () => ({ candidate: [], stable: [] }),
        stablePercentile: async () => undefined,
      },
      oneOffTasks,
      images: fakeImages(),
      docker: { open: nowhere('docker') },
      github: undefined,
      probe: { get: async () => ({ status: 200, ms: 5 }) },
      shell: { run: async () => 0 },
    },
  };
}

function definition(revision: number): JsonObject {
  return {
    family: 'web',
    taskDefinitionArn: arnOf.taskDefinition(revision),
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'web', image: 'example.com/web:1', portMappings: [{ containerPort: 8080 }] }],
  };
}

/** As many as tasks are wanted, all of them well: what is ill has an alarm. */
function healthy(count: number): () => Promise<readonly TargetFacts[]> {
  const target = (index: number): TargetFacts => ({
    id: `10.0.0.${index}`,
    port: 8080,
    state: 'healthy',
    reason: undefined,
    description: undefined,
  });
  return async () => Array.from({ length: count }, (_, index) => target(index));
}

function nativeWorld(clock: FakeClock, options: FakeWorldOptions): Beneath {
  const ecs = createFakeEcs(clock, options.ecs);
  const { services, deployments } = ecs;
  return {
    calls: ecs.calls,
    services,
    loadBalancers: { ...ecs.loadBalancers, targets: healthy(ecs.service.desiredCount) },
    own: { deployments },
    share: () => ecs.traffic.at(-1)?.share ?? 0,
    failWith: (call, error) => ecs.failWith(error, call),
    fakes: { ecs, taskSets: undefined, codeDeploy: undefined },
  };
}

function tasksetWorld(clock: FakeClock, options: FakeWorldOptions): Beneath {
  const fake = createFakeTaskSets(clock, options.taskSets);
  const { loadBalancers, taskSets, trafficRules } = fake;
  const first = fake.sets()[0]?.taskDefinition;
  return {
    calls: fake.calls,
    services: {
      names: async () => ['web'],
      describe: async (): Promise<ServiceFacts> => fake.service,
      update: async () => {
        throw new CallError('invalid', 'InvalidParameterException', 'not with the controller EXTERNAL');
      },
      tag: async () => {},
      untag: async () => {},
    },
    loadBalancers,
    own: { taskSets, trafficRules },
    share() {
      const stable = fake.sets().find(({ taskDefinition }) => taskDefinition === first)?.targetGroupArn;
      const weights = [...weightsOf(fake.actions(ruleArn(1)))];
      const all = weights.reduce((sum, [, weight]) => sum + weight, 0);
      const others = weights.reduce((sum, [group, weight]) => (group === stable ? sum : sum + weight), 0);
      return Math.round((1_000 * others) / all) / 10;
    },
    failWith: fake.failWith,
    fakes: { ecs: undefined, taskSets: fake, codeDeploy: undefined },
  };
}

function codeDeployWorld(clock: FakeClock, options: FakeWorldOptions): Beneath {
  const fake = createFakeCodeDeploy(clock, options.codeDeploy);
  const { services, codeDeploy } = fake;
  return {
    calls: fake.calls,
    services,
    loadBalancers: { ...fake.loadBalancers, targets: healthy(fake.service.desiredCount) },
    own: { codeDeploy },
    share: () => fake.traffic.at(-1)?.share ?? 0,
    failWith: (call, error) =>
      fake.intercept((name, isDone) => {
        if (error !== undefined && !isDone && name.startsWith(call)) throw error;
      }),
    fakes: { ecs: undefined, taskSets: undefined, codeDeploy: fake },
  };
}

/** A log that remembers: lines as they are, annotations with their kind before them. */
export function rememberingLog(lines: string[]): Log {
  return {
    info: (line) => lines.push(line),
    notice: (line) => lines.push(`notice: ${line}`),
    warning: (line) => lines.push(`warning: ${line}`),
    error: (line) => lines.push(`error: ${line}`),
    group: (title, fn) => {
      lines.push(title);
      return fn();
    },
    mask: () => {},
  };
}
