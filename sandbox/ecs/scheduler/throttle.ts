/**
 * ECS launches ever slower what never reaches RUNNING (developer guide, service-throttle-logic: up to 27 minutes).
 * The sandbox keeps the shape and shortens it.
 */

/** The scheduler looks at a service about every ten seconds; a death is answered at its next look. */
export const ROUND_MS = 10_000;

const CEILING_MS = 60_000;

/** AWS milliseconds until the next launch after `failedStarts` starts in a row that never got RUNNING: 10 s, 20 s, 40 s, 60 s. */
export const launchDelayMs = (failedStarts: number): number =>
  Math.min(ROUND_MS * 2 ** Math.max(0, failedStarts - 1), CEILING_MS);

/** From this many failed starts in a row on, the service says that it cannot start tasks consistently. */
export const IMPAIRED_AFTER = 3;
