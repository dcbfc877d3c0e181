/** What a rollout would do, what would stop it and what a person would be asked, in sentences. */
import type { Config } from './config.ts';
import { formatDuration } from './duration.ts';
import { type Gate, gateName } from './gate.ts';
import { isJsonObject } from './json.ts';
import { configuredStrategy } from './native-ladder.ts';
import { type Plan, type Step, stepName } from './plan.ts';
import { planOf } from './plan-of.ts';
import { withoutSecrets } from './plan-report.ts';
import type { ServiceFacts } from './service.ts';
import { unattended } from './unattended.ts';

export interface RolloutOutlook {
  /** Who moves the traffic, and how: "ECS: LINEAR in steps of 5 %"; without a mover, what the inputs say; undefined: they say nothing. */
  readonly manner: string | undefined;
  /** False: only the service tells who moves it. */
  readonly isMoverKnown: boolean;
  /** Undefined: only the service tells. */
  readonly steps: readonly StepOutlook[] | undefined;
  /** Undefined: the service's own, which nobody could look at. */
  readonly bakeMs: number | undefined;
  /** At least so long from the first task on; undefined: nobody can say. */
  readonly leastMs: number | undefined;
  /** Where the new version is reached before it has users. */
  readonly candidateUrl: string | undefined;
  /** What is done before any traffic moves. */
  readonly before: readonly string[];
  readonly stops: readonly string[];
  /** Empty: nobody is asked. */
  readonly asks: readonly string[];
  /** What is under way now, and what would become of it. */
  readonly underway: readonly string[];
}

export interface StepOutlook {
  readonly share: number;
  /** At least. */
  readonly holdMs: number;
  /** At the earliest, counted from the beginning of the rollout. */
  readonly beginsMs: number;
  readonly asks: boolean;
}

/** What is known of the engine and the service; undefined where nobody could look. */
export interface RolloutSeen {
  readonly engine: 'native' | 'taskset' | 'codedeploy';
  readonly manner: string;
  readonly plan: Plan;
  readonly service: ServiceFacts;
  readonly candidateUrl: string | undefined;
  /** As describeUnderway says it; undefined: nothing is. */
  readonly underway: string | undefined;
}

export function rolloutOutlook(config: Config, seen: RolloutSeen | undefined): RolloutOutlook {
  const plan = seen?.plan ?? planKnown(config);
  const warmUpMs = Math.max(0, ...config.gates.map((gate) => gate.warmUpMs ?? 0));
  const steps = plan === undefined ? undefined : stepsOf(plan, warmUpMs);
  const bakeMs = seen?.plan.bakeMs ?? config.bakeMs;
  // Over task sets stable is kept for the longer of the two.
  const keptMs =
    bakeMs === undefined ? undefined : seen?.engine === 'taskset' ? Math.max(bakeMs, config.taskset.drainMs) : bakeMs;
  const last = steps?.at(-1);
  return {
    manner: seen === undefined ? config.strategy : `${MOVERS[seen.engine]}: ${seen.manner}`,
    isMoverKnown: seen !== undefined,
    steps,
    bakeMs,
    leastMs: last === undefined ? undefined : last.beginsMs + last.holdMs + (keptMs ?? 0),
    candidateUrl: seen?.candidateUrl,
    before: beforehand(config, seen),
    stops: stopsOf(config, plan, seen),
    asks: asksOf(config, plan),
    underway: underwayOf(config, seen),
  };
}

/** Of the ladder, what the inputs alone say: without steps only the service knows how many there are. */
function planKnown(config: Config): Plan | undefined {
  const shares =
    config.steps ?? (config.strategy === 'blue-green' || config.strategy === 'rolling' ? [100] : undefined);
  return shares === undefined ? undefined : planOf(config, shares, { bakeMs: 0 });
}

/** A step is not left before its gates have been looked through, and none is before its warm-up. */
function stepsOf(plan: Plan, warmUpMs: number): readonly StepOutlook[] {
  let beginsMs = 0;
  return plan.steps.map((step): StepOutlook => {
    const holdMs = Math.max(step.holdMs, warmUpMs);
    const outlook = { share: step.share, holdMs, beginsMs, asks: step.approval === true };
    beginsMs += holdMs;
    return outlook;
  });
}

const MOVERS = { native: 'ECS', taskset: 'this action', codedeploy: 'CodeDeploy' } as const;

function beforehand(config: Config, seen: RolloutSeen | undefined): readonly string[] {
  const { image, migrate } = config;
  return [
    ...(image.kind === 'build' ? ['the image is built and pushed'] : []),
    'the task definition is registered, unless a revision says the same already',
    ...(migrate === undefined
      ? []
      : ['a one-off task of the new task definition runs the command of migrate, and has to exit with 0']),
    ...(seen === undefined ? [] : switches(seen)),
  ];
}

/** On ECS's own engine a deployment takes the service's settings with it, and they stay. */
function switches({ engine, manner, service }: RolloutSeen): readonly string[] {
  if (engine !== 'native') return [];
  const now = configuredStrategy(service.deploymentConfiguration);
  const then = /^[A-Z_]+/.exec(manner)?.[0] ?? now;
  return then === now
    ? []
    : [`the service's strategy becomes ${then} with the deployment and stays so; it is ${now} now`];
}

// ------------------------------------------------------------------ what would stop it

function stopsOf(config: Config, plan: Plan | undefined, seen: RolloutSeen | undefined): readonly string[] {
  const gates = plan?.gates ?? config.gates;
  return [
    ...gates.map(gateStop),
    'tasks: those of the new version cannot start, or the third dies before any was healthy',
    ...(seen === undefined ? [] : serviceStops(seen)),
    `a gate without enough to judge: ${formatDuration(config.holdLimitMs)} after its hold ${inconclusive[config.onInconclusive]}`,
    `timeout: it is not over within ${formatDuration(config.timeoutMs)}`,
    config.onCancel === 'rollback'
      ? 'a cancelled workflow: it turns back (on-cancel: rollback)'
      : 'a cancelled workflow: it does not turn back, the rollout is left as it is (on-cancel: leave)',
    ...(seen === undefined ? [] : [`a runner that dies: ${unattended(seen.engine, undefined)}`]),
  ];
}

const inconclusive = {
  rollback: 'it turns back',
  promote: 'it goes on all the same',
  wait: 'the job ends and a person decides',
} as const;

/** What makes this gate turn back. */
export function gateStop(gate: Gate): string {
  const { failures = 1 } = gate;
  return `${publicGateName(gate)}: ${gateFailure(gate)}${failures > 1 ? `, ${failures} looks in a row` : ''}`;
}

function gateFailure(gate: Gate): string {
  switch (gate.kind) {
    case 'targets':
      return 'a target of the new version is not healthy';
    case 'alarms':
      return 'one of them is in ALARM';
    case 'http':
      return `no answer ${gate.status} within ${formatDuration(gate.withinMs)}${gate.times > 1 ? `, ${gate.times} times in a row` : ''}`;
    case 'run':
      return `it does not exit with 0 within ${formatDuration(gate.withinMs)}`;
    case 'traffic':
      return 'never by itself, it keeps a step open until the load balancer counts the share';
    case 'metrics':
      return 'more bad requests than the old version has at the same time, and more than chance explains';
  }
}

/** Addresses and commands may hold what the workflow keeps secret, and a comment is not masked. */
function publicGateName(gate: Gate): string {
  if (gate.kind === 'http') return `http ${withoutSecrets(gate.url)}`;
  if (gate.kind !== 'run') return gateName(gate);
  // "TOKEN=… curl" begins with what nobody is to read.
  const [program = ''] = /^[\w./-]+(?=\s|$)/.exec(gate.command.trim()) ?? [];
  return program === '' ? 'run …' : `run ${program} …`;
}

/** What ECS watches by itself, whoever looks on. */
function serviceStops({ engine, service }: RolloutSeen): readonly string[] {
  if (engine !== 'native') return [];
  const { alarms, deploymentCircuitBreaker: breaker } = service.deploymentConfiguration;
  const names =
    isJsonObject(alarms) && alarms['enable'] === true && Array.isArray(alarms['alarmNames'])
      ? alarms['alarmNames']
      : [];
  return [
    ...(names.length === 0 ? [] : [`the service's own deployment alarms, which ECS watches: ${names.join(', ')}`]),
    ...(isJsonObject(breaker) && breaker['enable'] === true ? ["the service's own circuit breaker"] : []),
  ];
}

// ------------------------------------------------------------------ people, and other rollouts

function asksOf(config: Config, plan: Plan | undefined): readonly string[] {
  const asking = plan?.steps.filter(({ approval }) => approval) ?? [];
  const until = `within ${formatDuration(config.promoteWithinMs)}, or it turns back`;
  const stays =
    config.waitForApprovalMs === 0
      ? 'the job ends as awaiting-promotion'
      : `the job waits ${formatDuration(config.waitForApprovalMs)}, then ends as awaiting-promotion`;
  if (plan === undefined && config.approval !== 'none') {
    return [`approval is ${config.approval}: a person says go on with command: promote ${until}; ${stays}`];
  }
  return asking.map((step: Step) => `${stepName(step)}: go on with command: promote ${until}; ${stays}`);
}

function underwayOf({ ifRunning }: Config, seen: RolloutSeen | undefined): readonly string[] {
  const then = {
    refuse: 'a deployment that begins while another is under way is refused (if-running: refuse)',
    wait: 'a deployment that begins while another is under way waits for its end (if-running: wait)',
    supersede: 'a deployment takes the place of one that is under way (if-running: supersede)',
  }[ifRunning];
  if (seen === undefined) return [then];
  return [seen.underway === undefined ? 'nothing is under way now' : `now ${seen.underway}`, then];
}
