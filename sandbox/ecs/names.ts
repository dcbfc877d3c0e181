/** Identifiers and ARNs as ECS builds them. */

import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Place } from '../contracts.ts';

export const uuid = (): string => randomUUID();

/** Task ids: 32 hexadecimal digits. */
export const taskId = (): string => randomBytes(16).toString('hex');

/** Service revisions and classic deployments share a number of 19 digits. */
export function revisionId(): string {
  let digits = String(randomInt(1, 10));
  while (digits.length < 19) digits += String(randomInt(0, 10));
  return digits;
}

/** Service deployments: 21 characters of base64url, for example `NCWGC2ZR-taawPAYrIaU5`. */
export const deploymentId = (): string => randomBytes(16).toString('base64url').slice(0, 21);

/** Pause hooks: `ecs-pause-` and 43 characters (developer guide, pause-lifecycle-hooks). */
export const hookId = (type: 'pause' | 'lambda'): string => `ecs-${type}-${randomBytes(32).toString('base64url')}`;

export const ecsArn = (place: Place, resource: string): string =>
  `arn:aws:ecs:${place.region}:${place.account}:${resource}`;

/** The part after the last slash, or the whole. */
export const lastPart = (arnOrName: string): string => arnOrName.slice(arnOrName.lastIndexOf('/') + 1);
