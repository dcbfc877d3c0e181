/** What users asked for in all stories together, kept in the file that GREENLIGHT_TOTALS names; .ci/run adds it up. */
import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect } from '@jest/globals';
import type { LoadCount } from '../../../sandbox/load/load.ts';

/** One world's users, a line of JSON of the file. */
export interface Total {
  readonly story: string;
  readonly requests: number;
  readonly failed: number;
  /** Why some had to fail; undefined: none should have. */
  readonly failuresBecause?: string;
}

/** To be called when the users have gone. One write a line: stories in two processes do not mix theirs. */
export function addToTotals({ requests, failed }: LoadCount, failuresBecause: string | undefined): void {
  const file = process.env['GREENLIGHT_TOTALS'];
  if (file === undefined || file === '') return;
  const story = basename(expect.getState().testPath ?? 'a story');
  const total: Total = { story, requests, failed, ...(failuresBecause === undefined ? {} : { failuresBecause }) };
  appendFileSync(file, `${JSON.stringify(total)}\n`);
}
