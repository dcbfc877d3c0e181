/** CodeDeploy's answers about a deployment, read as a look. Pure. */
import type { DeploymentFacts, LifecycleEventFacts, TargetFacts } from '../../core/codedeploy-facts.ts';
import type { End, Look, TaskCount } from '../../core/observation.ts';

/** The waits by the names that ContinueDeployment has for them. */
export const READY = 'ready';
export const TERMINATION = 'termination';

const MINUTE_MS = 60_000;
const NOBODY: TaskCount = { requested: 0, running: 0, pending: 0 };

/** What this run has ordered at the wait for the termination: nothing yet, that the hold is over, that the original task set may go. */
export type Farewell = 'none' | 'baking' | 'released';

/** A deployment that goes on. `target`: undefined before CodeDeploy has begun with the service. */
export function lookAt(deployment: DeploymentFacts, target: TargetFacts | undefined, farewell: Farewell): Look {
  const at = eventOf(target);
  const waiting = waitOf(deployment, farewell);
  const lastEnd = Math.max(0, ...(target?.events ?? []).map(({ endTime }) => endTime ?? 0));
  const { readyMinutes = 0, terminationMinutes = 0 } = deployment.waits;
  const waitMs = (waiting === READY ? readyMinutes : terminationMinutes) * MINUTE_MS;
  return {
    stage: stageOf(deployment, at),
    movement: movementOf(deployment, at, farewell),
    pause: waiting && { id: waiting, expiresAt: lastEnd === 0 ? undefined : lastEnd + waitMs },
    ...trafficOf(target, greenOf(target)),
    end: undefined,
    note: undefined,
  };
}

/** The id of the task set that the deployment has made; undefined while there is none. */
export function greenOf(target: TargetFacts | undefined): string | undefined {
  return target?.taskSets.find(({ label }) => label === 'Green')?.id;
}

/** Share and counts, with the task set of this id as the candidate. */
export function trafficOf(
  target: TargetFacts | undefined,
  candidateId: string | undefined,
): Pick<Look, 'share' | 'candidate' | 'stable'> {
  const all = target?.taskSets ?? [];
  const candidate = all.find(({ id }) => id === candidateId);
  const stable = all.find(({ id }) => id !== candidateId);
  return { share: candidate?.trafficWeight ?? 0, candidate: countOf(candidate), stable: countOf(stable) };
}

export function ended(stage: string, end: End, traffic: Pick<Look, 'share' | 'candidate' | 'stable'>): Look {
  return { stage, movement: 'ended', pause: undefined, ...traffic, end, note: undefined };
}

export function turningBack(stage: string, note: string, traffic: Pick<Look, 'share' | 'candidate' | 'stable'>): Look {
  return { stage, movement: 'turning-back', pause: undefined, ...traffic, end: undefined, note };
}

/** Why a deployment did not succeed, in CodeDeploy's words: "stopped by CodeDeploy: … (MANUAL_STOP)". */
export function whyHalted(deployment: DeploymentFacts, target: TargetFacts | undefined): string {
  const how = deployment.status === 'Failed' ? 'the deployment failed' : 'the deployment was stopped';
  const failed = target?.events.find(({ status }) => status === 'Failed');
  const message = trimmed(deployment.error?.message ?? '') || trimmed(failed?.message ?? '');
  const code = deployment.error?.code ?? '';
  const where = failed === undefined ? '' : ` at ${failed.name}`;
  return `${how}${where}${message === '' ? '' : `: ${message}`}${code === '' ? '' : ` (${code})`}`;
}

function trimmed(text: string): string {
  return text.trim().replace(/\.$/, '');
}

function waitOf(deployment: DeploymentFacts, farewell: Farewell): typeof READY | typeof TERMINATION | undefined {
  if (deployment.terminationWaitStarted) {
    return farewell === 'none' && (deployment.waits.terminationMinutes ?? 0) > 0 ? TERMINATION : undefined;
  }
  return deployment.status === 'Ready' ? READY : undefined;
}

/** The event that is under way, else the last that is over. */
function eventOf(target: TargetFacts | undefined): LifecycleEventFacts | undefined {
  const events = target?.events ?? [];
  return (
    events.find(({ status }) => status === 'InProgress') ?? events.findLast(({ status }) => status === 'Succeeded')
  );
}

function stageOf(deployment: DeploymentFacts, at: LifecycleEventFacts | undefined): string {
  if (deployment.terminationWaitStarted) return 'TERMINATION_WAIT';
  return deployment.status === 'Ready' ? 'READY_WAIT' : (at?.name ?? deployment.status);
}

function movementOf(
  deployment: DeploymentFacts,
  at: LifecycleEventFacts | undefined,
  farewell: Farewell,
): Look['movement'] {
  if (waitOf(deployment, farewell) !== undefined) return 'waiting';
  if (deployment.terminationWaitStarted) return farewell === 'baking' ? 'baking' : 'finishing';
  switch (at?.name) {
    case 'AllowTraffic':
      return at.status === 'InProgress' ? 'shifting' : 'moving';
    case 'BeforeAllowTraffic':
    case 'AfterAllowTraffic':
      return 'moving';
    default:
      return 'preparing';
  }
}

function countOf(set: TargetFacts['taskSets'][number] | undefined): TaskCount {
  if (set === undefined) return NOBODY;
  return { requested: set.desiredCount, running: set.runningCount, pending: set.pendingCount };
}
