/**
 * Where a deployment of CodeDeploy's waits: before the shift (READY) and before the original task set goes (termination). Both are
 * settings of the deployment group, which a rollout may have to change for its time: docs/decisions/0011.
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BlueGreenDeploymentConfiguration.html
 */
import type { Plan } from './plan.ts';

export interface DeploymentWaits {
  /** Waits this long for "go on" before it shifts traffic, and is stopped without it; undefined: does not wait. Minutes. */
  readonly readyMinutes: number | undefined;
  /** Keeps the original task set this long after the shift; undefined: for good (KEEP_ALIVE). Minutes. */
  readonly terminationMinutes: number | undefined;
}

const MINUTE_MS = 60_000;
/** Time to notice the wait, to answer it, and to spare: a slow runner must not lose a good deployment. */
const SLACK_MS = 5 * MINUTE_MS;
/** Two days, for either. https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html */
export const LONGEST_WAIT_MINUTES = 2_880;

/** Where the group's own settings are kept while a rollout has its own: a tag of the service. */
export const WAITS_KEY = 'greenlight:codedeploy';

/**
 * What this plan needs. The wait before the shift is long enough for its gates and for a person, and never shorter than the group's
 * own. The original task set is kept for the hold at 100 % and the bake; without a bake somewhat longer, for what may prolong the hold:
 * then it goes when the hold is over, not when the time is.
 */
export function waitsFor(plan: Plan, own: DeploymentWaits): DeploymentWaits {
  const [first] = plan.steps;
  const gatesMs = plan.gates.reduce((sum, gate) => {
    if (gate.kind === 'run') return sum + gate.withinMs;
    return gate.kind === 'http' ? sum + gate.withinMs * gate.times : sum;
  }, 0);
  const warmUpMs = Math.max(0, ...plan.gates.map((gate) => gate.warmUpMs ?? 0));
  const personMs = first?.approval === undefined ? 0 : plan.waitForApprovalMs + plan.promoteWithinMs;
  const readyMs = (first?.holdMs ?? 0) + warmUpMs + gatesMs + plan.holdLimitMs + personMs + SLACK_MS;
  const keptMs = (plan.steps.at(-1)?.holdMs ?? 0) + (plan.bakeMs > 0 ? plan.bakeMs : plan.holdLimitMs + SLACK_MS);
  return {
    readyMinutes: Math.max(own.readyMinutes ?? 0, minutes(readyMs)),
    terminationMinutes: own.terminationMinutes === undefined ? undefined : minutes(keptMs),
  };
}

function minutes(ms: number): number {
  return Math.min(LONGEST_WAIT_MINUTES, Math.ceil(ms / MINUTE_MS));
}

export function sameWaits(one: DeploymentWaits, other: DeploymentWaits): boolean {
  return one.readyMinutes === other.readyMinutes && one.terminationMinutes === other.terminationMinutes;
}

/** For the tag: "ready=30 termination=60", "ready=none termination=none". */
export function waitsText({ readyMinutes, terminationMinutes }: DeploymentWaits): string {
  return `ready=${readyMinutes ?? 'none'} termination=${terminationMinutes ?? 'none'}`;
}

/** Undefined for a text that no version of this action has written. */
export function readWaits(text: string): DeploymentWaits | undefined {
  const match = /^ready=(none|\d+) termination=(none|\d+)$/.exec(text);
  if (match === null) return undefined;
  const [readyMinutes, terminationMinutes] = match.slice(1).map((one) => (one === 'none' ? undefined : Number(one)));
  return { readyMinutes, terminationMinutes };
}
