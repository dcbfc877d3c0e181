/**
 * The ladders that CodeDeploy can do: everything at once, two steps (canary), equal steps (linear). Whole percents, whole minutes.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
 */

export type TrafficRouting =
  | { readonly kind: 'all-at-once' }
  /** `minutes` from one shift to the next. */
  | { readonly kind: 'canary' | 'linear'; readonly percent: number; readonly minutes: number };

export interface DeploymentConfiguration {
  readonly name: string;
  readonly routing: TrafficRouting;
}

const MINUTE_MS = 60_000;
/** "Maximum number of minutes between the first and last traffic shift": https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html */
const LONGEST_SHIFT_MINUTES = 2_880;
export const ALL_AT_ONCE = 'CodeDeployDefault.ECSAllAtOnce';

/** AWS's own for ECS, so that nothing has to be made for the usual ladders. */
const PREDEFINED: readonly DeploymentConfiguration[] = [
  { name: ALL_AT_ONCE, routing: { kind: 'all-at-once' } },
  { name: 'CodeDeployDefault.ECSCanary10Percent5Minutes', routing: { kind: 'canary', percent: 10, minutes: 5 } },
  { name: 'CodeDeployDefault.ECSCanary10Percent15Minutes', routing: { kind: 'canary', percent: 10, minutes: 15 } },
  { name: 'CodeDeployDefault.ECSLinear10PercentEvery1Minutes', routing: { kind: 'linear', percent: 10, minutes: 1 } },
  { name: 'CodeDeployDefault.ECSLinear10PercentEvery3Minutes', routing: { kind: 'linear', percent: 10, minutes: 3 } },
];

/** The shares of traffic in their order: linear 30 is 30, 60, 90, 100. */
export function sharesOf(routing: TrafficRouting): readonly number[] {
  if (routing.kind === 'all-at-once') return [100];
  if (routing.kind === 'canary') return [routing.percent, 100];
  const count = Math.ceil(100 / routing.percent);
  return Array.from({ length: count }, (_, index) => Math.min(100, routing.percent * (index + 1)));
}

/** Undefined for a ladder that CodeDeploy cannot do. Two steps are a canary, whatever the second would be called. */
export function routingOf(shares: readonly number[], holdMs: number): TrafficRouting | undefined {
  const [percent = 100] = shares;
  if (shares.length === 1) return { kind: 'all-at-once' };
  if (!Number.isInteger(percent)) return undefined;
  const minutes = holdMs / MINUTE_MS;
  if (shares.length === 2) return { kind: 'canary', percent, minutes };
  const linear: TrafficRouting = { kind: 'linear', percent, minutes };
  return sameShares(sharesOf(linear), shares) ? linear : undefined;
}

/** Whether the time at each step can be kept; what is wrong with it otherwise. */
export function holdProblem(routing: TrafficRouting, holdText: string): string | undefined {
  if (routing.kind === 'all-at-once') return undefined;
  const { minutes } = routing;
  if (!Number.isInteger(minutes) || minutes < 1) {
    return `${holdText} is not a whole number of minutes, and CodeDeploy shifts traffic in whole minutes`;
  }
  const whole = minutes * (sharesOf(routing).length - 1);
  if (whole <= LONGEST_SHIFT_MINUTES) return undefined;
  return `${holdText} at each of ${sharesOf(routing).length} steps is ${whole} minutes, and CodeDeploy shifts for at most ${LONGEST_SHIFT_MINUTES}`;
}

/** By its content, so that every job with the same ladder uses the same one: greenlight-ecs-canary-5-10m. */
export function configurationFor(routing: TrafficRouting): DeploymentConfiguration {
  const known = PREDEFINED.find((one) => sameRouting(one.routing, routing));
  if (known !== undefined || routing.kind === 'all-at-once') return known ?? { name: ALL_AT_ONCE, routing };
  return { name: `greenlight-ecs-${routing.kind}-${routing.percent}-${routing.minutes}m`, routing };
}

/** "CodeDeployDefault." is a prefix that nobody else's configuration may have. */
export function isPredefined(name: string): boolean {
  return name.startsWith('CodeDeployDefault.');
}

/** Percents that people would write themselves: nobody is helped by steps of 17. */
const ROUND_STEPS: readonly number[] = [1, 2, 4, 5, 10, 15, 20, 25, 30, 35, 40, 45];

/**
 * The ladder of CodeDeploy's that differs least from this one, step by step, in round numbers. Giving users more of the candidate than
 * was asked for counts twice.
 */
export function nearestShares(shares: readonly number[]): readonly number[] {
  if (routingOf(shares, MINUTE_MS) !== undefined) return shares;
  const canaries = Array.from({ length: 99 }, (_, index) => [index + 1, 100]);
  const all = [...canaries, ...ROUND_STEPS.map((percent) => sharesOf({ kind: 'linear', percent, minutes: 1 }))];
  return all.reduce((best, one) => (distance(one, shares) < distance(best, shares) ? one : best));
}

function distance(one: readonly number[], asked: readonly number[]): number {
  let sum = 0;
  for (let step = 0; step < Math.max(one.length, asked.length); step += 1) {
    const more = (one[step] ?? 100) - (asked[step] ?? 100);
    sum += more > 0 ? 2 * more : -more;
  }
  return sum;
}

function sameRouting(one: TrafficRouting, other: TrafficRouting): boolean {
  if (one.kind === 'all-at-once' || other.kind === 'all-at-once') return one.kind === other.kind;
  return one.kind === other.kind && one.percent === other.percent && one.minutes === other.minutes;
}

function sameShares(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((share, index) => share === other[index]);
}

/** "all at once", "10 %, then the rest after 5 min", "in steps of 20 % every 5 min". */
export function routingText(routing: TrafficRouting): string {
  if (routing.kind === 'all-at-once') return 'all at once';
  if (routing.kind === 'canary') return `${routing.percent} %, then the rest after ${routing.minutes} min`;
  return `in steps of ${routing.percent} % every ${routing.minutes} min`;
}
