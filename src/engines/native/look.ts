/** ECS's answer about a service deployment, read as a look. Pure. */
import type { End, Look, TaskCount } from '../../core/observation.ts';
import type { RevisionFacts, ServiceDeploymentFacts } from '../../core/service.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html */
const MOVEMENTS: Readonly<Record<string, Look['movement']>> = {
  PRODUCTION_TRAFFIC_SHIFT: 'moving',
  POST_PRODUCTION_TRAFFIC_SHIFT: 'moving',
  BAKE_TIME: 'baking',
  CLEAN_UP: 'finishing',
};

/**
 * `ownersStages`: where pauses of the service's owner may be open. Every other open pause is ours, whatever the stage is called:
 * AWS's own list of stages has not always had all of them.
 */
export function lookAt(deployment: ServiceDeploymentFacts, ownersStages: readonly string[]): Look {
  const stage = deployment.lifecycleStage ?? deployment.status;
  const open = deployment.hooks.filter((hook) => hook.targetType === 'PAUSE' && hook.status === 'AWAITING_ACTION');
  const first = open[0];
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

function isTurningBack(deployment: ServiceDeploymentFacts): boolean {
  return ['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'STOP_REQUESTED'].includes(deployment.status);
}

function movement(deployment: ServiceDeploymentFacts, paused: boolean): Look['movement'] {
  if (endOf(deployment) !== undefined) return 'ended';
  if (isTurningBack(deployment)) return 'turning-back';
  if (paused) return 'waiting';
  const hasTraffic = (deployment.target?.requestedProductionTrafficWeight ?? 0) > 0;
  return MOVEMENTS[deployment.lifecycleStage ?? ''] ?? (hasTraffic ? 'moving' : 'preparing');
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
  return `paused at ${deployment.lifecycleStage} by a hook of the service itself (${foreignPause}); whoever set it has to answer it`;
}

function countOf(revisions: readonly RevisionFacts[]): TaskCount {
  return {
    requested: revisions.reduce((sum, revision) => sum + revision.requestedTaskCount, 0),
    running: revisions.reduce((sum, revision) => sum + revision.runningTaskCount, 0),
    pending: revisions.reduce((sum, revision) => sum + revision.pendingTaskCount, 0),
  };
}
