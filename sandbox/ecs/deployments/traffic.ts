/** The listener rules of a service: who gets which share, and what makes ECS refuse them. */

import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { LoadBalancing } from '../../contracts.ts';
import type { Revision } from '../model.ts';
import type { Story } from './story.ts';
import { touch } from './story.ts';
import { rest, weights } from './traffic-steps.ts';

const NETWORKING = 'Service deployment rolled back because of invalid networking configuration';

/** The load balancer entries whose traffic ECS shifts: those with an advancedConfiguration. */
const shifted = (revision: Revision): LoadBalancer[] =>
  revision.settings.loadBalancers.filter(({ advancedConfiguration }) => advancedConfiguration !== undefined);

/**
 * Why ECS fails the deployment after it has begun, undefined when the rules are sound
 * (developer guide, troubleshooting-blue-green: "Asynchronous path").
 */
export function networkingFault(loadBalancing: LoadBalancing, target: Revision): string | undefined {
  for (const entry of shifted(target)) {
    const fault = entryFault(loadBalancing, entry);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function entryFault(loadBalancing: LoadBalancing, entry: LoadBalancer): string | undefined {
  const { alternateTargetGroupArn, productionListenerRule, testListenerRule } = entry.advancedConfiguration ?? {};
  const pair = [entry.targetGroupArn ?? '', alternateTargetGroupArn ?? ''];
  const gone = pair.find((arn) => loadBalancing.targetGroup(arn) === undefined);
  if (gone !== undefined) return `${NETWORKING}. The target group ${gone} does not exist.`;

  const production = loadBalancing.forward(productionListenerRule ?? '');
  const test = testListenerRule === undefined ? new Map<string, number>() : loadBalancing.forward(testListenerRule);
  if (production === undefined || test === undefined) return `${NETWORKING}. One or more rules not found`;

  const foreign = [...production.keys()].find((arn) => !pair.includes(arn));
  if (foreign !== undefined) {
    return `${NETWORKING}. Production listener rule is forwarding traffic to unexpected target group ${foreign}. Expected traffic to be forwarded to either targetGroupArn: ${pair[0]} or alternateTargetGroupArn: ${pair[1]}`;
  }
  const serving = [...production.values()].filter((weight) => weight > 0).length;
  if (serving !== 1) {
    return `${NETWORKING}. productionListenerRule ${productionListenerRule} should have exactly one target group serving traffic but found ${serving} target groups which are serving traffic`;
  }
  const loose = pair.find((arn) => !production.has(arn) && !test.has(arn));
  if (loose !== undefined) {
    return `${NETWORKING}: Target group ${loose} is not associated with either productionListenerRule or testListenerRule.`;
  }
  return undefined;
}

/** What one load balancer entry says of its two target groups and the rules that choose between them. */
interface SharedRules {
  readonly pair: readonly string[];
  readonly productionListenerRule: string | undefined;
  readonly testListenerRule: string | undefined;
}

/**
 * The rules between two revisions. Either may be without: one that was rolled out before the service learned to shift
 * traffic serves from a target group of the pair, and only the newer one names the rules.
 */
export function rulesBetween(to: Revision, from: Revision | undefined): readonly SharedRules[] {
  const known = new Map<string, SharedRules>();
  for (const entry of [...shifted(to), ...(from === undefined ? [] : shifted(from))]) {
    const {
      alternateTargetGroupArn = '',
      productionListenerRule,
      testListenerRule,
    } = entry.advancedConfiguration ?? {};
    const key = `${productionListenerRule} ${testListenerRule}`;
    if (known.has(key)) continue;
    known.set(key, {
      pair: [entry.targetGroupArn ?? '', alternateTargetGroupArn],
      productionListenerRule,
      testListenerRule,
    });
  }
  return [...known.values()];
}

/** Orders `percent` of the production traffic for `to`, the rest for `from`. Both stay on the rule, so both stay checked. */
export function shiftProduction(story: Story, to: Revision, from: Revision | undefined, percent: number): void {
  for (const { pair, productionListenerRule: rule } of rulesBetween(to, from)) {
    if (rule !== undefined) setShares(story, rule, pair, to, percent);
  }
  share(story.deployment.production, to, from, percent);
  touch(story);
}

/** Test traffic goes over at once; without a test rule there is none. */
export function shiftTest(story: Story, to: Revision, from: Revision | undefined): void {
  let ruled = false;
  for (const { pair, testListenerRule: rule } of rulesBetween(to, from)) {
    if (rule === undefined) continue;
    setShares(story, rule, pair, to, 100);
    ruled = true;
  }
  if (ruled) share(story.deployment.test, to, from, 100);
  touch(story);
}

export const hasTestRule = (revision: Revision): boolean =>
  shifted(revision).some(({ advancedConfiguration }) => advancedConfiguration?.testListenerRule !== undefined);

function setShares(story: Story, rule: string, pair: readonly string[], to: Revision, percent: number): void {
  const current = story.world.loadBalancing.forward(rule);
  if (current === undefined) throw new Error('One or more rules not found');
  const mine = new Set(to.targets.map(({ targetGroupArn }) => targetGroupArn));
  const [own, other] = weights(percent);
  const groups = new Set([...current.keys(), ...pair]);
  story.world.loadBalancing.setForward(
    rule,
    new Map([...groups].map((arn) => [arn, mine.has(arn) ? own : pair.includes(arn) ? other : 0])),
  );
}

function share(shares: Map<string, number>, to: Revision, from: Revision | undefined, percent: number): void {
  for (const arn of shares.keys()) shares.set(arn, 0);
  if (from !== undefined) shares.set(from.arn, rest(percent));
  shares.set(to.arn, percent);
}
