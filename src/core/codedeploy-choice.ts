/** Which deployment configuration does what the user asked for, or everything that is wrong with it. */
import type { DeploymentConfiguration, TrafficRouting } from './codedeploy-ladder.ts';
import { configurationFor, holdProblem, nearestShares, routingOf, sharesOf } from './codedeploy-ladder.ts';
import type { Approval, Strategy } from './config.ts';
import { formatDuration } from './duration.ts';
import type { Fault } from './errors.ts';
import { DEFAULT_HOLD_MS } from './plan-of.ts';

export interface AskedOfCodeDeploy {
  readonly strategy: Strategy | undefined;
  readonly steps: readonly number[] | undefined;
  readonly holdMs: number | undefined;
  readonly approval: Approval;
  /** A configuration by its name, instead of steps and hold. */
  readonly deploymentConfig: string | undefined;
}

export interface Choice {
  readonly configuration: DeploymentConfiguration;
  readonly shares: readonly number[];
  /** At each step. */
  readonly holdMs: number;
}

const MINUTE_MS = 60_000;
/** The shares of AWS's own configurations, where the user names a strategy and no steps. */
const USUAL_PERCENT = 10;

type Kind = TrafficRouting['kind'];
const KINDS: Readonly<Record<Exclude<Strategy, 'rolling'>, Kind>> = {
  'blue-green': 'all-at-once',
  canary: 'canary',
  linear: 'linear',
};

/**
 * `named`: what CodeDeploy knows under `deploymentConfig`; undefined when there is none.
 * `own`: the deployment group's, which is taken when nothing is asked for; undefined when it shifts in a way that is not known here.
 */
export function chooseConfiguration(
  asked: AskedOfCodeDeploy,
  named: DeploymentConfiguration | undefined,
  own: DeploymentConfiguration | undefined,
): Choice | { readonly faults: readonly Fault[] } {
  if (asked.strategy === 'rolling') {
    return fault(
      'strategy',
      'rolling is not what CodeDeploy does',
      'write blue-green, canary or linear, or leave it out',
    );
  }
  const chosen =
    asked.deploymentConfig === undefined ? bySteps(asked, own) : byName(asked, asked.deploymentConfig, named);
  if ('faults' in chosen) return chosen;
  if (asked.approval !== 'every-step' || chosen.shares.length === 1) return chosen;
  return fault(
    'approval',
    `CodeDeploy can wait for a person before the shift alone, and the ladder ${written(chosen.shares)} has more than one step`,
    'write approval: manual, which waits before the shift, or steps: 100',
  );
}

function byName(
  asked: AskedOfCodeDeploy,
  name: string,
  named: DeploymentConfiguration | undefined,
): Choice | { readonly faults: readonly Fault[] } {
  const beside = (['strategy', 'steps', 'hold'] as const).filter(
    (input) => asked[input === 'hold' ? 'holdMs' : input] !== undefined,
  );
  const faults = beside.map(
    (input): Fault => ({
      subject: input,
      problem: `codedeploy-config ${name} says how traffic shifts, and so does ${input}`,
      fix: `leave ${input} or codedeploy-config out`,
    }),
  );
  if (named === undefined) {
    faults.push({
      subject: 'codedeploy-config',
      problem: `there is no deployment configuration ${name} for ECS`,
      fix: 'check the name and the region (aws deploy list-deployment-configs), or leave it out and write steps and hold',
    });
  }
  return faults.length > 0 || named === undefined ? { faults } : choice(named, undefined);
}

function bySteps(
  asked: AskedOfCodeDeploy,
  own: DeploymentConfiguration | undefined,
): Choice | { readonly faults: readonly Fault[] } {
  const { strategy, steps, holdMs } = asked;
  if (steps === undefined && own !== undefined && isFor(own.routing, strategy)) {
    const isAsItIs = holdMs === undefined || holdMs === intervalMs(own.routing) || own.routing.kind === 'all-at-once';
    if (isAsItIs) return choice(own, holdMs);
    return made(sharesOf(own.routing), holdMs);
  }
  if (steps === undefined && strategy === undefined) {
    return fault(
      'steps',
      'the deployment group has a configuration that is not one for ECS',
      'write steps or strategy, or codedeploy-config with the name of another',
    );
  }
  return made(steps ?? usualShares(strategy), holdMs ?? DEFAULT_HOLD_MS);
}

function made(shares: readonly number[], holdMs: number): Choice | { readonly faults: readonly Fault[] } {
  const routing = routingOf(shares, holdMs);
  if (routing === undefined) {
    return fault(
      'steps',
      `CodeDeploy shifts at once, in two steps, or in equal steps of whole percents, and ${written(shares)} is none of these`,
      `the nearest that it can do is steps: ${written(nearestShares(shares))}`,
    );
  }
  const problem = holdProblem(routing, formatDuration(holdMs));
  if (problem === undefined) return choice(configurationFor(routing), holdMs);
  const fitting = Math.max(1, Math.round(holdMs / MINUTE_MS));
  const isTooLong = holdProblem({ ...routing, minutes: fitting } as TrafficRouting, '') !== undefined;
  return fault('hold', problem, isTooLong ? 'write a shorter hold, or fewer steps' : `write hold: ${fitting}m`);
}

function choice(configuration: DeploymentConfiguration, holdMs: number | undefined): Choice {
  const { routing } = configuration;
  return { configuration, shares: sharesOf(routing), holdMs: holdMs ?? intervalMs(routing) ?? DEFAULT_HOLD_MS };
}

function intervalMs(routing: TrafficRouting): number | undefined {
  return routing.kind === 'all-at-once' ? undefined : routing.minutes * MINUTE_MS;
}

function isFor(routing: TrafficRouting, strategy: Strategy | undefined): boolean {
  return strategy === undefined || (strategy !== 'rolling' && KINDS[strategy] === routing.kind);
}

function usualShares(strategy: Strategy | undefined): readonly number[] {
  if (strategy === 'canary') return [USUAL_PERCENT, 100];
  return strategy === 'linear' ? sharesOf({ kind: 'linear', percent: USUAL_PERCENT, minutes: 1 }) : [100];
}

function fault(subject: string, problem: string, fix: string): { readonly faults: readonly Fault[] } {
  return { faults: [{ subject, problem, fix }] };
}

function written(shares: readonly number[]): string {
  return shares.join(', ');
}
