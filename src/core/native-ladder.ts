/**
 * Which of ECS's own strategies does the ladder that was asked for.
 * ECS shifts all at once (BLUE_GREEN), one share and then the rest (CANARY), or in equal steps (LINEAR). A ladder whose shares are
 * all multiples of one step is LINEAR too: ECS pauses at each of its own steps, and those that are no rung are passed at once.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html
 */
import type { Approval, Strategy } from './config.ts';
import type { Fault } from './errors.ts';
import { isJsonObject, type JsonObject } from './json.ts';

export type NativeStrategy = 'ROLLING' | 'BLUE_GREEN' | 'LINEAR' | 'CANARY';

export interface NativeLadder {
  readonly strategy: NativeStrategy;
  /** Shares in percent at which the candidate is watched; the last is 100. */
  readonly shares: readonly number[];
  /**
   * What it needs of the service's deploymentConfiguration, apart from the bake time and the pause. ECS's own waits between steps
   * are 0: all time is spent in pauses, where the gates are looked through.
   */
  readonly settings: JsonObject;
  /** "LINEAR in steps of 5 %". */
  readonly manner: string;
}

export interface Asked {
  readonly strategy: Strategy | undefined;
  readonly steps: readonly number[] | undefined;
  readonly approval: Approval;
}

/** The service as it is. */
export interface Own {
  readonly serviceName: string;
  readonly deploymentConfiguration: JsonObject;
}

/** ECS's own when the service says nothing. */
const CANARY_PERCENT = 5;
const STEP_PERCENT = 10;
/** "Valid values are multiples of 0.1 from 3.0 to 100.0". */
const LEAST_STEP = 3;

/** The ladder, or everything that is wrong with what was asked for. */
export function nativeLadder(asked: Asked, own: Own): NativeLadder | { readonly faults: readonly Fault[] } {
  const { steps } = asked;
  const strategy = strategyOf(asked, own);
  if (typeof strategy === 'object') return { faults: [strategy] };
  if (strategy === 'ROLLING') return rolling(asked, own.deploymentConfiguration);
  if (steps === undefined) return withoutSteps(strategy, own.deploymentConfiguration);
  const fitting = fits(strategy, steps);
  if (fitting !== undefined) return fitting;
  return { faults: [asked.strategy === undefined ? fitsNothing(steps) : fitsNot(asked.strategy, strategy, steps)] };
}

/** What the service is configured for; ECS says ROLLING by saying nothing. */
export function configuredStrategy(deploymentConfiguration: JsonObject): NativeStrategy {
  const said = deploymentConfiguration['strategy'];
  return said === 'BLUE_GREEN' || said === 'LINEAR' || said === 'CANARY' ? said : 'ROLLING';
}

const NAMES: Readonly<Record<Strategy, NativeStrategy>> = {
  rolling: 'ROLLING',
  'blue-green': 'BLUE_GREEN',
  linear: 'LINEAR',
  canary: 'CANARY',
};

/** A rolling service is never switched without a word: it may have no second target group, and its owner no idea of it. */
function strategyOf({ strategy, steps }: Asked, own: Own): NativeStrategy | Fault {
  if (strategy !== undefined) return NAMES[strategy];
  const configured = configuredStrategy(own.deploymentConfiguration);
  if (steps === undefined) return configured;
  const wanted: Strategy = steps.length === 1 ? 'blue-green' : steps.length === 2 ? 'canary' : 'linear';
  if (configured !== 'ROLLING') return NAMES[wanted];
  return {
    subject: 'strategy',
    problem: `service ${own.serviceName} is configured for ROLLING, which knows no steps, and steps are ${written(steps)}`,
    fix: `write strategy: ${wanted} to switch the service to it, or leave steps out`,
  };
}

// ------------------------------------------------------------------ ladders that ECS can do

function rolling({ steps, approval }: Asked, own: JsonObject): NativeLadder | { readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  if (steps !== undefined) {
    faults.push({
      subject: 'steps',
      problem: `they are ${written(steps)}, but a rolling deployment replaces task by task and can stop at no share`,
      fix: 'leave steps out, or write strategy: canary, linear or blue-green',
    });
  }
  if (approval !== 'none') {
    faults.push({
      subject: 'approval',
      problem: `it is ${approval}, but a rolling deployment can wait for nobody`,
      fix: 'leave approval out, or write strategy: canary, linear or blue-green',
    });
  }
  if (faults.length > 0) return { faults };
  const breaker = isJsonObject(own['deploymentCircuitBreaker']) ? own['deploymentCircuitBreaker'] : {};
  return {
    strategy: 'ROLLING',
    shares: [100],
    settings: {
      strategy: 'ROLLING',
      // DescribeServices shows one that is off where there is none. One that is on is its owner's, also without rollback.
      deploymentCircuitBreaker: breaker['enable'] === true ? breaker : { ...breaker, enable: true, rollback: true },
    },
    manner: `ROLLING, ${percent(own['minimumHealthyPercent'], 100)} to ${percent(own['maximumPercent'], 200)} of the tasks at a time`,
  };
}

function withoutSteps(strategy: Exclude<NativeStrategy, 'ROLLING'>, own: JsonObject): NativeLadder {
  if (strategy === 'BLUE_GREEN') return BLUE_GREEN;
  if (strategy === 'CANARY') return canary(numberIn(own['canaryConfiguration'], 'canaryPercent') ?? CANARY_PERCENT);
  const step = numberIn(own['linearConfiguration'], 'stepPercent') ?? STEP_PERCENT;
  return linear(step, equalSteps(step));
}

/** Undefined: this strategy cannot. */
function fits(strategy: NativeStrategy, steps: readonly number[]): NativeLadder | undefined {
  const tenths = steps.map(tenthsOf);
  if (tenths.some((share) => share === undefined)) return undefined;
  const [first = 100, second] = steps;
  if (strategy === 'BLUE_GREEN') return steps.length === 1 ? BLUE_GREEN : undefined;
  if (strategy === 'CANARY') return steps.length === 2 && second === 100 ? canary(first) : undefined;
  const step = tenths.slice(0, -1).reduce<number>((common, share) => divisor(common, share ?? 0), 0) / 10;
  if (steps.length === 1) return linear(100, steps);
  return step >= LEAST_STEP ? linear(step, steps) : undefined;
}

const BLUE_GREEN: NativeLadder = {
  strategy: 'BLUE_GREEN',
  shares: [100],
  settings: { strategy: 'BLUE_GREEN' },
  manner: 'BLUE_GREEN, all at once',
};

function canary(share: number): NativeLadder {
  return {
    strategy: 'CANARY',
    shares: share < 100 ? [share, 100] : [100],
    settings: { strategy: 'CANARY', canaryConfiguration: { canaryPercent: share, canaryBakeTimeInMinutes: 0 } },
    manner: `CANARY of ${share} %`,
  };
}

function linear(step: number, shares: readonly number[]): NativeLadder {
  return {
    strategy: 'LINEAR',
    shares,
    settings: { strategy: 'LINEAR', linearConfiguration: { stepPercent: step, stepBakeTimeInMinutes: 0 } },
    manner: `LINEAR in steps of ${step} %`,
  };
}

/** ECS's own steps: 33.3 is 33.3, 66.6, 99.9, 100. Counted in tenths, where 3 times 33.3 is 99.9 and nothing else. */
export function equalSteps(step: number): readonly number[] {
  const tenths = Math.round(step * 10);
  const count = Math.ceil(1000 / tenths);
  return Array.from({ length: count }, (_, index) => Math.min(1000, (index + 1) * tenths) / 10);
}

// ------------------------------------------------------------------ ladders that it cannot

const AS_WRITTEN = 'a service with the deployment controller EXTERNAL can do it as it is written';

function fitsNothing(steps: readonly number[]): Fault {
  const canaryShare = nearestShare(steps[0] ?? CANARY_PERCENT);
  const stairs = nearestEqualSteps(steps);
  const nearest =
    steps.length === 2
      ? `write steps: ${canaryShare}, 100`
      : `write steps: ${written(stairs)} (the nearest that ECS can do), or steps: ${canaryShare}, 100`;
  return {
    subject: 'steps',
    problem: `${written(steps)} is none of ECS's own ladders: ${whyNot(steps)}`,
    fix: `${nearest}; ${AS_WRITTEN}`,
  };
}

function fitsNot(strategy: Strategy, native: NativeStrategy, steps: readonly number[]): Fault {
  const other = (['BLUE_GREEN', 'CANARY', 'LINEAR'] as const).find((one) => fits(one, steps) !== undefined);
  const otherName = other === undefined ? undefined : Object.entries(NAMES).find(([, name]) => name === other)?.[0];
  const nearest =
    native === 'BLUE_GREEN'
      ? [100]
      : native === 'CANARY'
        ? [nearestShare(steps.length === 1 ? CANARY_PERCENT : (steps[0] ?? CANARY_PERCENT)), 100]
        : nearestEqualSteps(steps);
  const rest = otherName === undefined ? AS_WRITTEN : `strategy: ${otherName} can do it as it is written`;
  const words =
    native === 'BLUE_GREEN' ? 'all at once' : native === 'CANARY' ? 'one share and then all' : whyNot(steps);
  return {
    subject: 'steps',
    problem: `${written(steps)} is not ${strategy}: ${words}`,
    fix: `write steps: ${written(nearest)}; ${rest}`,
  };
}

function whyNot(steps: readonly number[]): string {
  const fine = steps.find((share) => tenthsOf(share) === undefined);
  if (fine !== undefined) return `${fine} has more than one decimal`;
  return `the steps below 100 have to be multiples of one number that is ${LEAST_STEP} or more`;
}

/** The nearest rising ladder of as many steps whose shares are multiples of a whole number; fewer steps when there is no room for all. */
export function nearestEqualSteps(steps: readonly number[]): readonly number[] {
  const wanted = steps.filter((share) => share < 100);
  if (wanted.length === 0) return [100];
  let best: { readonly shares: readonly number[]; readonly off: number } | undefined;
  for (let step = LEAST_STEP; step < 100; step++) {
    const shares = multiples(wanted, step);
    const missing = wanted.length - shares.length;
    const off = shares.reduce((sum, share, index) => sum + Math.abs(share - (wanted[index] ?? 0)), missing * 100);
    // Of two that are as near, the one with the bigger step has fewer pauses.
    if (best === undefined || off <= best.off) best = { shares, off };
  }
  return [...(best?.shares ?? []), 100];
}

/** Each share's nearest multiple, a later one above the one before it; those that would reach 100 are left out. */
function multiples(wanted: readonly number[], step: number): readonly number[] {
  const shares: number[] = [];
  for (const share of wanted) {
    const next = Math.max((shares.at(-1) ?? 0) + step, Math.round(share / step) * step);
    if (next < 100) shares.push(next);
  }
  return shares;
}

/** ECS takes 0.1 and more, in tenths. */
function nearestShare(share: number): number {
  return Math.min(99.9, Math.max(0.1, Math.round(share * 10) / 10));
}

// ------------------------------------------------------------------ small things

/** Undefined for a share that is no whole number of tenths of a percent. */
function tenthsOf(share: number): number | undefined {
  const tenths = Math.round(share * 10);
  return Math.abs(share * 10 - tenths) < 1e-6 ? tenths : undefined;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** As the input takes it: "5, 25, 100". */
function written(steps: readonly number[]): string {
  return steps.join(', ');
}

function numberIn(settings: unknown, name: string): number | undefined {
  const value = isJsonObject(settings) ? settings[name] : undefined;
  return typeof value === 'number' ? value : undefined;
}

function percent(value: unknown, fallback: number): string {
  return `${typeof value === 'number' ? value : fallback} %`;
}
