/** Every rule of the table, in its order. The judge first, then its oracle. */
import type { Rule } from '../rule.ts';
import { groupSequential } from './group-sequential.ts';
import { judgesAt } from './judge.ts';
import { kayenta } from './kayenta.ts';
import { plainMixture } from './mixture.ts';
import { oracle } from './oracle.ts';
import { pipeCd } from './pipecd.ts';
import { alarm, argoRollouts, flagger } from './thresholds.ts';

export const ALPHAS: readonly number[] = [0.01, 0.05];

export function allRules(): readonly Rule[] {
  return [
    ...judgesAt(ALPHAS),
    ...ALPHAS.map(oracle),
    ...ALPHAS.map(plainMixture),
    argoRollouts(0),
    argoRollouts(3),
    argoRollouts(0, 100),
    argoRollouts(3, 100),
    flagger(1),
    flagger(3),
    alarm(2, 3),
    kayenta,
    pipeCd,
    ...ALPHAS.map(groupSequential),
  ];
}
