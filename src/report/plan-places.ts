/** Where something of a plan stands in the repository. */
import type { Fault } from '../core/errors.ts';
import type { ShownChange } from '../core/plan-report.ts';

/** A line of a file of the repository, from 1. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

/** Where each fault and each change stands; undefined: nowhere in the repository. */
export interface Places {
  fault(fault: Fault): Place | undefined;
  change(change: ShownChange): Place | undefined;
}

export const NOWHERE: Places = { fault: () => undefined, change: () => undefined };
