import type { MetricsGate } from '../gate.ts';
import type { Judgement, JudgeSeen } from './judgement.ts';

/** Stable is looked at so long before the rollout, to learn how its errors come. */
export const LOOK_BACK_MS = 60 * 60_000;

/** Candidate against stable, on everything that was counted so far. */
export function judge(gate: MetricsGate, seen: JudgeSeen): Judgement {
  const sentence = 'not enough evidence yet';
  return {
    verdict: 'hold',
    sentence,
    isExcluded: false,
    sameUntil: seen.now + 60_000,
    evidence: { version: 1, gate, seen, verdict: 'hold', sentence, metrics: [] },
  };
}
