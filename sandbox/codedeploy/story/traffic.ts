/**
 * The listeners of a deployment: CodeDeploy weights every rule of theirs that forwards to its pair of target groups,
 * the default action among them, and keeps both groups on it (behaviour/codedeploy.md, "Traffic").
 */

import type { TaskSetFacts } from '../../contracts.ts';
import { AwsError } from '../../wire/service.ts';
import type { Deployment } from '../model.ts';
import type { World } from '../world.ts';
import { failed, Halted, type Story, touch } from './story.ts';

export interface Pair {
  /** Of the task set that serves. */
  readonly original: string;
  readonly replacement: string;
}

const elbFault = (reason: string): Halted =>
  new Halted(
    failed('ELASTIC_LOAD_BALANCING_INVALID', `The ELB could not be updated due to the following error: ${reason}`),
  );

/** The two target groups by their part. Fails the deployment when they or the listeners are not fit for it. */
export function requirePair({ world, deployment }: Story, primary: TaskSetFacts): Pair {
  const { names, productionListener, testListener } = deployment.settings.pair;
  const arns = names.map((name) => world.routes.targetGroupNamed(name));
  const gone = names.find((_, i) => arns[i] === undefined);
  if (gone !== undefined) throw elbFault(`Target group ${gone} not found`);
  const original = arns.find((arn) => arn === primary.targetGroupArn);
  const replacement = arns.find((arn) => arn !== primary.targetGroupArn);
  if (original === undefined || replacement === undefined) throw elbFault(behind(productionListener));
  const pair = { original, replacement };
  const production = rules(world, productionListener, pair);
  const serves = (rule: string): boolean => (world.loadBalancing.forward(rule)?.get(original) ?? 0) > 0;
  if (production.length === 0 || !production.every(serves)) throw elbFault(behind(productionListener));
  if (testListener !== undefined && rules(world, testListener, pair).length === 0) throw elbFault(behind(testListener));
  return pair;
}

const behind = (listener: string): string => `Primary taskset target group must be behind listener ${listener}`;

/** Orders `percent` of the production traffic for the replacement and the rest for the original. */
export function shiftProduction(story: Story, pair: Pair, percent: number): void {
  const { deployment } = story;
  weigh(story, deployment.settings.pair.productionListener, pair, percent);
  deployment.share = percent;
  touch(story);
}

export function shiftTest(story: Story, pair: Pair, to: 'original' | 'replacement'): void {
  const { deployment } = story;
  const { testListener } = deployment.settings.pair;
  if (testListener === undefined) return;
  weigh(story, testListener, pair, to === 'replacement' ? 100 : 0);
  deployment.testShifted = to === 'replacement';
  touch(story);
}

function weigh({ world }: Story, listener: string, pair: Pair, percent: number): void {
  const weights = new Map([
    [pair.original, 100 - percent],
    [pair.replacement, percent],
  ]);
  try {
    for (const rule of rules(world, listener, pair)) world.loadBalancing.setForward(rule, weights);
  } catch (error) {
    if (error instanceof AwsError) throw elbFault(error.message);
    throw error;
  }
}

/** The listener's rules that forward to nothing but groups of the pair; other rules are somebody else's. */
function rules(world: World, listener: string, pair: Pair): string[] {
  const all = world.routes.rulesOf(listener);
  if (all === undefined) throw elbFault(`Listener ${listener} not found`);
  return all.filter((rule) => {
    const groups = [...(world.loadBalancing.forward(rule)?.keys() ?? [])];
    return groups.length > 0 && groups.every((arn) => arn === pair.original || arn === pair.replacement);
  });
}

/** The pair of a deployment that has come as far as Install. */
export function pairOf({ original, replacement }: Deployment): Pair | undefined {
  if (original?.targetGroupArn === undefined || replacement?.targetGroupArn === undefined) return undefined;
  return { original: original.targetGroupArn, replacement: replacement.targetGroupArn };
}
