/** Turning back, and how a rollout ends. */
import { formatDuration } from './duration.ts';
import type { CouldNotLook, End, Look, Observation } from './observation.ts';
import type { Outcome } from './outcome.ts';
import type { Plan } from './plan.ts';
import type { Decision } from './rollout.ts';
import { begin, type State } from './rollout-state.ts';

export const CANCELLED: Outcome = { status: 'cancelled', reason: 'the workflow was cancelled' };

/** An order whose effect is not seen is given again. */
export const ORDER_AGAIN_MS = 10_000;

export function turnBack(state: State, at: number, pauseId: string | undefined, outcome: Outcome): Decision {
  return {
    state: { ...state, turningBack: { outcome, since: at, orderedAt: at } },
    commands: [{ kind: 'turn-back', pauseId }],
    reason: outcome.reason,
    outcome: undefined,
    wakeAt: undefined,
  };
}

/** The state of a job that begins by turning a rollout back: a person's wish, or what a cancelled job could not finish. */
export function beginTurningBack(at: number, outcome: Outcome): State {
  return { ...begin(at), turningBack: { outcome, since: at, orderedAt: Number.NEGATIVE_INFINITY } };
}

/** Ordered by us, or begun by ECS itself (an alarm, an expired pause, somebody's rollback): follow it to its end. */
export function followBack(plan: Plan, state: State, at: number, look: Look): Decision {
  const back = state.turningBack;
  if (back === undefined) {
    const outcome: Outcome = { status: 'rolled-back', reason: look.note ?? 'the engine turned the rollout back' };
    const turningBack = { outcome, since: at, orderedAt: undefined };
    return wait({ ...state, turningBack }, `turning back: ${outcome.reason}`);
  }
  if (at - back.since >= plan.timeoutMs) {
    return over(state, {
      status: 'failed',
      reason: `${back.outcome.reason}; the rollback was not done after ${formatDuration(plan.timeoutMs)}, at ${look.stage}: look at the service in ECS`,
    });
  }
  const unseen = look.movement !== 'turning-back' && back.orderedAt !== undefined;
  if (unseen && at - back.orderedAt >= ORDER_AGAIN_MS) {
    return {
      state: { ...state, turningBack: { ...back, orderedAt: at } },
      commands: [{ kind: 'turn-back', pauseId: look.pause?.id }],
      reason: Number.isFinite(back.orderedAt)
        ? 'the rollback that was ordered is not seen yet; ordering it again'
        : back.outcome.reason,
      outcome: undefined,
      wakeAt: undefined,
    };
  }
  return wait(state, `turning back: ${back.outcome.reason}`);
}

/**
 * Nothing was seen. Passing faults are waited out within the timeout, and what the gates say meanwhile still counts;
 * the others end the job, for nothing can be ordered either. `trouble` tells why to turn back from what was seen last.
 */
export function blind(
  plan: Plan,
  state: State,
  seen: Observation,
  look: CouldNotLook,
  trouble: (last: Look) => Outcome | undefined,
): Decision {
  const back = state.turningBack;
  const deadline = (back?.since ?? state.startedAt) + plan.timeoutMs;
  if (look.forGood || seen.at >= deadline) {
    const ordered = back === undefined ? '' : `; a rollback had been ordered (${back.outcome.reason})`;
    return over(state, {
      status: 'could-not-look',
      reason: `${look.couldNotLook}${ordered}`,
    });
  }
  const last = state.lastLook;
  if (back === undefined && !leaves(plan, seen)) {
    const unseen = seen.cancelled ? CANCELLED : undefined;
    const why = last === undefined ? unseen : trouble(last);
    if (why !== undefined) return turnBack(state, seen.at, last?.pause?.id, why);
  }
  return wait(state, `could not look: ${look.couldNotLook}`);
}

/** A cancelled job that is to leave the deployment alone orders nothing. */
export function leaves(plan: Plan, seen: Observation): boolean {
  return seen.cancelled && plan.onCancel === 'leave';
}

export function ended(state: State, end: End): Decision {
  const back = state.turningBack;
  switch (end.kind) {
    case 'succeeded':
      return over(state, {
        status: 'succeeded',
        reason:
          back === undefined
            ? 'the candidate serves all traffic'
            : `the candidate serves all traffic: the rollback (${back.outcome.reason}) came too late`,
      });
    case 'rolled-back':
      return over(state, back?.orderedAt === undefined ? { status: 'rolled-back', reason: end.reason } : back.outcome);
    case 'rollback-failed':
      return over(state, {
        status: 'failed',
        reason: `the rollback failed: ${end.reason}${back === undefined ? '' : ` (it was ordered because ${back.outcome.reason})`}`,
      });
    case 'superseded':
      return over(state, { status: 'superseded', reason: end.reason });
    case 'stopped':
      return over(
        state,
        back === undefined
          ? { status: 'stopped', reason: end.reason }
          : { status: 'stopped', reason: `${end.reason}; a rollback had been ordered: ${back.outcome.reason}` },
      );
  }
}

export function over(state: State, outcome: Outcome): Decision {
  return { state, commands: [], reason: outcome.reason, outcome, wakeAt: undefined };
}

export function wait(state: State, reason: string): Decision {
  return { state, commands: [], reason, outcome: undefined, wakeAt: undefined };
}
