/** ECS's answer about a service deployment, read as a look. Pure. */
import type { End, Look, TaskCount } from '../../core/observation.ts';
import type { RevisionFacts, ServiceDeploymentFacts, ServiceDeploymentStatus } from '../../core/service.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html */
const MOVEMENTS: Readonly<Record<string, Look['movement']>> = {
  PRODUCTION_TRAFFIC_SHIFT: 'moving',
  POST_PRODUCTION_TRAFFIC_SHIFT: 'moving',
  BAKE_TIME: 'baking',
  CLEAN_UP: 'finishing',
};

const TURNING_BACK: readonly ServiceDeploymentStatus[] = [
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
  'STOP_REQUESTED',
];
const RUNNING: readonly ServiceDeploymentStatus[] = ['PENDING', 'IN_PROGRESS', ...TURNING_BACK];

/** Whether ECS has not ended it. */
export function isRunning({ status }: { readonly status: ServiceDeploymentStatus }): boolean {
  return RUNNING.includes(status);
}

/**
 * Of a deployment that shifts traffic from one target group to the other (BLUE_GREEN, CANARY, LINEAR).
 * `ownersStages`: where pauses of the service's owner may be open. Every other open pause is ours, whatever the stage is called:
 * AWS's own list of stages has not always had all of them.
 */
export function lookAt(deployment: ServiceDeploymentFacts, ownersStages: readonly string[]): Look {
  const stage = deployment.lifecycleStage ?? deployment.status;
  const first = openPause(deployment);
  const pause = ownersStages.includes(stage) || isTurningBack(deployment) ? undefined : first;
  return {
    stage,
    movement: movement(deployment, pause !== undefined),
    pause: pause === undefined ? undefined : { id: pause.hookId, expiresAt: pause.expiresAt },
    share: deployment.target?.requestedProductionTrafficWeight ?? 0,
    candidate: countOf(deployment.target === undefined ? [] : [deployment.target]),
    stable: countOf(deployment.source),
    end: endOf(deployment),
    note: noteOn(deployment, first !== undefined && pause === undefined ? first.hookId : undefined),
  };
}

/**
 * Of a deployment that replaces task by task behind one target group (ROLLING). It has no stages and no weights: the share is that
 * of the tasks, and below 100 until ECS says SUCCESSFUL.
 */
export function rollingLookAt(deployment: ServiceDeploymentFacts): Look {
  const candidate = countOf(deployment.target === undefined ? [] : [deployment.target]);
  const stable = countOf(deployment.source);
  const end = endOf(deployment);
  return {
    stage: deployment.lifecycleStage ?? deployment.status,
    movement:
      end !== undefined
        ? 'ended'
        : isTurningBack(deployment)
          ? 'turning-back'
          : candidate.running > 0
            ? 'shifting'
            : 'preparing',
    pause: undefined,
    share: deployment.status === 'SUCCESSFUL' ? 100 : taskShare(candidate, stable),
    candidate,
    stable,
    end,
    note: noteOn(deployment, openPause(deployment)?.hookId),
  };
}

/** Whole percent, 1 to 99 as long as both may serve; 0 without any task of the candidate. */
export function taskShare(candidate: TaskCount, stable: TaskCount): number {
  if (candidate.running === 0) return 0;
  return Math.min(99, Math.max(1, Math.floor((100 * candidate.running) / (candidate.running + stable.running))));
}

function openPause(deployment: ServiceDeploymentFacts): ServiceDeploymentFacts['hooks'][number] | undefined {
  return deployment.hooks.find((hook) => hook.targetType === 'PAUSE' && hook.status === 'AWAITING_ACTION');
}

function isTurningBack({ status }: ServiceDeploymentFacts): boolean {
  return TURNING_BACK.includes(status);
}

function movement(deployment: ServiceDeploymentFacts, paused: boolean): Look['movement'] {
  if (endOf(deployment) !== undefined) return 'ended';
  if (isTurningBack(deployment)) return 'turning-back';
  if (paused) return 'waiting';
  const hasTraffic = (deployment.target?.requestedProductionTrafficWeight ?? 0) > 0;
  const known = MOVEMENTS[deployment.lifecycleStage ?? ''];
  // Between two steps the stage is that before a shift again.
  return known ?? (hasTraffic ? 'moving' : 'preparing');
}

/** SUCCESSFUL alone is success. Whether STOPPED means superseded is not said here: the engine looks for a newer deployment. */
function endOf(deployment: ServiceDeploymentFacts): End | undefined {
  const reason = deployment.rollbackReason ?? deployment.statusReason;
  switch (deployment.status) {
    case 'SUCCESSFUL':
      return { kind: 'succeeded', reason: deployment.statusReason ?? 'ECS reports the deployment as SUCCESSFUL' };
    case 'ROLLBACK_SUCCESSFUL':
      return { kind: 'rolled-back', reason: reason ?? 'ECS rolled the deployment back' };
    case 'ROLLBACK_FAILED':
      return { kind: 'rollback-failed', reason: reason ?? 'ECS reports the rollback as failed' };
    case 'STOPPED':
      return { kind: 'stopped', reason: reason ?? 'the deployment was stopped' };
    default:
      return undefined;
  }
}

function noteOn(deployment: ServiceDeploymentFacts, foreignPause: string | undefined): string | undefined {
  if (isTurningBack(deployment)) {
    const alarms = deployment.alarms.length === 0 ? undefined : `alarm ${deployment.alarms.join(', ')}`;
    return deployment.rollbackReason ?? deployment.statusReason ?? alarms;
  }
  if (foreignPause === undefined) return undefined;
  const where = deployment.lifecycleStage ?? deployment.status;
  return `paused at ${where} by a hook of the service itself (${foreignPause}); whoever set it has to answer it`;
}

export function countOf(revisions: readonly RevisionFacts[]): TaskCount {
  return {
    requested: revisions.reduce((sum, revision) => sum + revision.requestedTaskCount, 0),
    running: revisions.reduce((sum, revision) => sum + revision.runningTaskCount, 0),
    pending: revisions.reduce((sum, revision) => sum + revision.pendingTaskCount, 0),
  };
}
