import type { TaskDeath } from './deaths.ts';
import type { Reading } from './gate.ts';

/** One look at a deployment, whatever engine moves its traffic. */
export interface Look {
  /** The engine's own word for where it is, for the log: `SCALE_UP`. */
  readonly stage: string;
  /**
   * preparing: candidate starts, no production traffic yet. waiting: a pause of ours is open. moving: on the way to the next share.
   * shifting: the engine is at work at its own pace (rolling, CodeDeploy's timetable, more tasks for the next share), nothing is to be
   * answered, gates are watched.
   * baking: the candidate has all traffic, stable is kept. finishing: stable goes. turning-back: stable gets all traffic back.
   * ended: `end` says how.
   */
  readonly movement:
    | 'preparing'
    | 'waiting'
    | 'moving'
    | 'shifting'
    | 'baking'
    | 'finishing'
    | 'turning-back'
    | 'ended';
  /** The open pause. Somebody else's pause is not here: it is `stage` and `note` that tell of it. */
  readonly pause: Pause | undefined;
  /** Percent of production traffic that the candidate is given. */
  readonly share: number;
  readonly candidate: TaskCount;
  readonly stable: TaskCount;
  readonly end: End | undefined;
  /** Something that a person should know: "paused at POST_SCALE_UP by a hook of the service". */
  readonly note: string | undefined;
}

export interface Pause {
  /** The same as long as it is the same pause. */
  readonly id: string;
  /** When it turns back by itself; undefined: never, or not known. Epoch milliseconds. */
  readonly expiresAt: number | undefined;
  /**
   * The engine is on its way to this share by an order that it has had, and can go on: it needs that order once more, and no
   * gate is asked again. An order may have several parts, each of which has to be seen before the next.
   */
  readonly onTheWayTo?: number;
}

export interface TaskCount {
  readonly requested: number;
  readonly running: number;
  readonly pending: number;
}

export interface End {
  readonly kind: 'succeeded' | 'rolled-back' | 'rollback-failed' | 'stopped' | 'superseded';
  readonly reason: string;
}

/** Everything seen at one moment. */
export interface Observation {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly look: Look | CouldNotLook;
  /** Looks through gates that ended since the last observation. */
  readonly readings: readonly Reading[];
  /** All deaths of candidate's tasks since the rollout began; undefined: not looked for since the last observation. */
  readonly deaths: readonly TaskDeath[] | undefined;
  readonly cancelled: boolean;
  /** An order that AWS refused for good since the last observation (access denied), as a sentence. */
  readonly refused: string | undefined;
}

export interface CouldNotLook {
  readonly couldNotLook: string;
  /** True: trying again will not help (expired credentials, access denied). */
  readonly forGood: boolean;
}
