/**
 * Weights on the forward action of a rule: what share the candidate has, and the action that gives it another.
 * A is stable's target group, B the candidate's; every other field and group of the actions is kept as it is.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupTuple.html
 */
import { isJsonObject, type JsonObject } from './json.ts';

/** The two target groups of a rollout. */
export interface Pair {
  /** Stable's. */
  readonly a: string;
  /** The candidate's. */
  readonly b: string;
}

/** `seconds` undefined: off. */
export interface Stickiness {
  readonly seconds: number | undefined;
}

/** Weights are whole numbers up to 999, so the two add up to 1000: 0.1 % is 1 beside 999. */
const WHOLE = 1_000;
/** What a side gets that has everything; 1000 is one too many. */
const EVERYTHING = 999;

/** The forward action's groups in their order. A group that is named alone, without a weight, has everything: 1. */
export function weightsOf(actions: readonly JsonObject[]): ReadonlyMap<string, number> {
  const forward = forwardOf(actions);
  const groups = tuplesOf(forward);
  if (groups.length === 0 && typeof forward?.['TargetGroupArn'] === 'string')
    return new Map([[forward['TargetGroupArn'], 1]]);
  return new Map(
    groups.flatMap(({ TargetGroupArn, Weight }): [string, number][] =>
      typeof TargetGroupArn === 'string' ? [[TargetGroupArn, typeof Weight === 'number' ? Weight : 1]] : [],
    ),
  );
}

/** Percent of A and B together that B gets, to a tenth; 0 when neither gets anything. */
export function shareOf(actions: readonly JsonObject[], { a, b }: Pair): number {
  const weights = weightsOf(actions);
  const candidate = weights.get(b) ?? 0;
  const both = candidate + (weights.get(a) ?? 0);
  return both === 0 ? 0 : Math.round((candidate / both) * 1_000) / 10;
}

/** Of the rule's own stickiness between target groups; undefined when the rule does not say. */
export function stickinessOf(actions: readonly JsonObject[]): Stickiness {
  const config = forwardConfigOf(forwardOf(actions))['TargetGroupStickinessConfig'];
  if (!isJsonObject(config) || config['Enabled'] !== true) return { seconds: undefined };
  return { seconds: typeof config['DurationSeconds'] === 'number' ? config['DurationSeconds'] : undefined };
}

/** Both weights for a share in percent: [A, B]. 0.1 is [999, 1], 100 is [0, 999]. */
export function weightsFor(share: number): readonly [number, number] {
  const b = Math.round((share / 100) * WHOLE);
  if (b <= 0) return [EVERYTHING, 0];
  return b >= WHOLE ? [0, EVERYTHING] : [WHOLE - b, b];
}

/**
 * The same actions with this share for B. A group that is not there and gets nothing is not added.
 * `sticky`: undefined leaves the stickiness as it is.
 */
export function withShare(
  actions: readonly JsonObject[],
  pair: Pair,
  share: number,
  sticky: Stickiness | undefined,
): readonly JsonObject[] {
  const [weightA, weightB] = weightsFor(share);
  return withWeights(
    actions,
    new Map([
      [pair.a, weightA],
      [pair.b, weightB],
    ]),
    sticky,
  );
}

/** The same actions with these weights for these groups. What has been authenticated stays so: its secret is not sent again. */
export function withWeights(
  actions: readonly JsonObject[],
  weights: ReadonlyMap<string, number>,
  sticky: Stickiness | undefined,
): readonly JsonObject[] {
  return actions.map((action) => {
    if (action['Type'] === 'authenticate-oidc' && isJsonObject(action['AuthenticateOidcConfig'])) {
      // The load balancer never shows the secret (API_AuthenticateOidcActionConfig).
      return {
        ...action,
        AuthenticateOidcConfig: { ...action['AuthenticateOidcConfig'], UseExistingClientSecret: true },
      };
    }
    return action['Type'] === 'forward' ? forwardWith(action, weights, sticky) : action;
  });
}

/** Whether two versions of a rule's actions give everybody the same: weights and stickiness. */
export function sameTraffic(one: readonly JsonObject[], other: readonly JsonObject[]): boolean {
  const [left, right] = [weightsOf(one), weightsOf(other)];
  const positive = (weights: ReadonlyMap<string, number>) => [...weights].filter(([, weight]) => weight > 0);
  return (
    positive(left).length === positive(right).length &&
    positive(left).every(([arn, weight]) => right.get(arn) === weight) &&
    [...left.keys()].every((arn) => right.has(arn)) &&
    left.size === right.size &&
    stickinessOf(one).seconds === stickinessOf(other).seconds
  );
}

/** The groups beside A and B that get traffic. */
export function othersWithWeight(actions: readonly JsonObject[], { a, b }: Pair): readonly string[] {
  return [...weightsOf(actions)].flatMap(([arn, weight]) => (arn !== a && arn !== b && weight > 0 ? [arn] : []));
}

function forwardWith(
  action: JsonObject,
  weights: ReadonlyMap<string, number>,
  sticky: Stickiness | undefined,
): JsonObject {
  const config = forwardConfigOf(action);
  const given = tuplesOf(action);
  const tuples =
    given.length > 0 ? given : [...weightsOf([action])].map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
  const named = new Set(tuples.map(({ TargetGroupArn }) => TargetGroupArn));
  const added = [...weights].flatMap(([TargetGroupArn, Weight]) =>
    named.has(TargetGroupArn) || Weight === 0 ? [] : [{ TargetGroupArn, Weight }],
  );
  // With more than one group the action's own TargetGroupArn must not be there (API_Action).
  const { TargetGroupArn: alone, ...rest } = action;
  const groups = [
    ...tuples.map((tuple) => {
      const weight = weights.get(String(tuple['TargetGroupArn']));
      return weight === undefined ? tuple : { ...tuple, Weight: weight };
    }),
    ...added,
  ];
  return {
    ...rest,
    ...(groups.length === 1 && alone !== undefined ? { TargetGroupArn: alone } : {}),
    ForwardConfig: {
      ...config,
      TargetGroups: groups,
      ...(sticky === undefined ? {} : { TargetGroupStickinessConfig: stickinessConfig(config, sticky) }),
    },
  };
}

/** A duration that was there stays beside `Enabled: false`, as the load balancer itself keeps it. */
function stickinessConfig(config: JsonObject, { seconds }: Stickiness): JsonObject {
  const before = config['TargetGroupStickinessConfig'];
  if (seconds !== undefined)
    return { ...(isJsonObject(before) ? before : {}), Enabled: true, DurationSeconds: seconds };
  return { ...(isJsonObject(before) ? before : {}), Enabled: false };
}

function forwardOf(actions: readonly JsonObject[]): JsonObject | undefined {
  return actions.find((action) => action['Type'] === 'forward');
}

function forwardConfigOf(action: JsonObject | undefined): JsonObject {
  const config = action?.['ForwardConfig'];
  return isJsonObject(config) ? config : {};
}

function tuplesOf(action: JsonObject | undefined): readonly JsonObject[] {
  const groups = forwardConfigOf(action)['TargetGroups'];
  return Array.isArray(groups) ? (groups as readonly JsonObject[]).filter(isJsonObject) : [];
}
