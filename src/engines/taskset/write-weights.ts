/** Weights on listener rules: read, changed, written, read again, one rule after the other. */
import { CallError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Terms } from '../../core/taskset-look.ts';
import type { RuleRecord } from '../../core/taskset-tags.ts';
import {
  othersWithWeight,
  type Stickiness,
  sameTraffic,
  stickinessOf,
  weightsFor,
  weightsOf,
  withWeights,
} from '../../core/taskset-weights.ts';
import type { TrafficRules } from '../../ports.ts';

type Change = (actions: readonly JsonObject[]) => readonly JsonObject[];

/**
 * Gives the candidate this share on every production rule. Rejects with CallError `conflict` when somebody has changed a rule so
 * that a share has no meaning on it any more.
 */
export async function giveShare(port: TrafficRules, terms: Terms, share: number): Promise<void> {
  for (const rule of productionRules(terms)) {
    await rewrite(port, rule.ruleArn, (actions) => {
      refuseIfForeign(rule.ruleArn, actions, terms);
      return withWeights(actions, weightsOfEnd(rule, terms, share), stickinessAt(rule, terms, share));
    });
  }
}

/** All traffic of every production rule to stable, whatever else is on it. Gives whether something had to be written. */
export async function giveBack(port: TrafficRules, terms: Terms): Promise<boolean> {
  let written = false;
  for (const rule of productionRules(terms)) {
    const wrote = await rewrite(
      port,
      rule.ruleArn,
      (actions) =>
        (weightsOf(actions).get(terms.pair.b) ?? 0) > 0
          ? withWeights(actions, weightsOfEnd(rule, terms, 0), stickinessAt(rule, terms, 0))
          : actions,
      'may be gone',
    );
    written ||= wrote;
  }
  return written;
}

/** The test rule to the candidate, and to nobody else; without stickiness, which would leave testers where they were. */
export async function pointTestRule(port: TrafficRules, { record, pair }: Terms): Promise<void> {
  const rule = record.rules.find(({ role }) => role === 'test');
  if (rule === undefined) return;
  await rewrite(
    port,
    rule.ruleArn,
    (actions) => {
      const none = [...weightsOf(actions).keys()].map((arn): [string, number] => [arn, 0]);
      const [, everything] = weightsFor(100);
      return withWeights(actions, new Map([...none, [pair.b, everything]]), { seconds: undefined });
    },
    'may be gone',
  );
}

/** The test rule as it was. */
export async function restoreTestRule(port: TrafficRules, { record, pair }: Omit<Terms, 'plan'>): Promise<void> {
  const rule = record.rules.find(({ role }) => role === 'test');
  if (rule === undefined) return;
  const weights = new Map([
    [pair.a, rule.weightA ?? 0],
    [pair.b, rule.weightB ?? 0],
  ]);
  const sticky = rule.stickySeconds === undefined ? undefined : { seconds: rule.stickySeconds };
  await rewrite(port, rule.ruleArn, (actions) => withWeights(actions, weights, sticky), 'may be gone');
}

/** Stickiness alone; gives whether the rule was there and was changed. */
export function setStickiness(port: TrafficRules, ruleArn: string, sticky: Stickiness): Promise<boolean> {
  return rewrite(port, ruleArn, (actions) => withWeights(actions, new Map(), sticky), 'may be gone');
}

/**
 * Sticky users follow their cookie to the side that it names; whether also to one of weight 0 no page of AWS says. So cookies count
 * while both sides have users, and not where one has none. Undefined: as it is. See docs/decisions/0010.
 */
function stickinessAt(rule: RuleRecord, { record }: Terms, share: number): Stickiness | undefined {
  const ours = record.settings.stickinessMs;
  if (ours === undefined && rule.stickySeconds === undefined) return undefined;
  if (share <= 0 || share >= 100) return { seconds: undefined };
  return { seconds: ours === undefined ? rule.stickySeconds : Math.max(1, Math.ceil(ours / 1_000)) };
}

/** At both ends the numbers are those that the rule had before: whoever keeps it as code finds nothing else changed. */
function weightsOfEnd({ weightA }: RuleRecord, { pair }: Terms, share: number): ReadonlyMap<string, number> {
  const [a, b] = weightsFor(share);
  const whole = weightA === undefined || weightA === 0 ? 999 : weightA;
  return new Map([
    [pair.a, b === 0 ? whole : a],
    [pair.b, a === 0 ? whole : b],
  ]);
}

function refuseIfForeign(ruleArn: string, actions: readonly JsonObject[], { pair }: Terms): void {
  const weights = weightsOf(actions);
  const missing = [pair.a, pair.b].filter((arn) => !weights.has(arn));
  if (missing.length > 0) {
    throw new CallError(
      'conflict',
      '',
      `rule ${ruleArn} was changed: it does not forward to ${missing.join(', ')} any more`,
    );
  }
  const others = othersWithWeight(actions, pair);
  if (others.length > 0) {
    throw new CallError('conflict', '', `rule ${ruleArn} was changed: it also sends traffic to ${others.join(', ')}`);
  }
}

async function rewrite(port: TrafficRules, ruleArn: string, change: Change, gone?: 'may be gone'): Promise<boolean> {
  const [before] = await port.describe([ruleArn]);
  if (before === undefined) {
    if (gone !== undefined) return false;
    throw new CallError('conflict', '', `rule ${ruleArn} does not exist any more`);
  }
  let wanted = change(before.actions);
  if (sameTraffic(before.actions, wanted)) return false;
  try {
    await port.write(before, wanted);
  } catch (error) {
    // A target group with stickiness of its own holds the rule to its stickiness: the users' way matters more than their cookies.
    const asItIs = withWeights(wanted, new Map(), stickinessOf(before.actions));
    const isAboutStickiness = !sameTraffic(asItIs, wanted) && error instanceof CallError && error.failure === 'invalid';
    if (!isAboutStickiness) throw error;
    wanted = asItIs;
    if (sameTraffic(before.actions, wanted)) return false;
    await port.write(before, wanted);
  }
  const [after] = await port.describe([ruleArn]);
  if (after === undefined || !sameTraffic(after.actions, wanted)) {
    // Not seen yet, or changed by somebody else at the same moment: what is there is looked at, and the order given again.
    throw new CallError('server', '', `rule ${ruleArn} does not show the weights that were written a moment ago`);
  }
  return true;
}

function productionRules({ record }: Terms): readonly RuleRecord[] {
  return record.rules.filter(({ role }) => role === 'production');
}
