import type { Scenario } from './scenarios.ts';
import type { Traffic } from './traffic.ts';

/** A way to tell, from the counts of both versions, that the candidate has to be turned back. */
export interface Rule {
  readonly name: string;
  /** How often it may flag a version that is as good as stable, by its own promise; undefined: it promises nothing. */
  readonly alpha: number | undefined;
  /** After how many whole minutes it flags the candidate; 0: never in this run. */
  minutesToFlag(traffic: Traffic, scenario: Scenario): number;
  /** False where the rule has no meaning, for example a ratio that is not one number. */
  judges?(scenario: Scenario): boolean;
}

/** Nobody judges the first minute of new tasks who knows about cold starts: the judge, its oracle, the six looks. */
export const COLD_MINUTES = 1;
