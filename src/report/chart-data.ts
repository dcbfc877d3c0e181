/** What the charts show, out of what was remembered: the share over time, and verdicts over time. Pure. */
import { type Gate, gateName, type Verdict } from '../core/gate.ts';
import type { Step } from '../core/plan.ts';
import { type EndedJob, zeroOf } from './ended-job.ts';
import type { Decision, History } from './history.ts';

/** From when to when, in epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The time that all charts of a job show. Never empty. */
export function spanOf(job: EndedJob): Span {
  const from = Math.min(zeroOf(job), ...job.history.changes.slice(0, 1).map(({ at }) => at));
  return { from, to: Math.max(job.endedAt, from + 1_000) };
}

/** The candidate's share from there on, in percent. */
export interface ShareStep {
  readonly at: number;
  readonly share: number;
}

export function shareSteps({ changes }: History): readonly ShareStep[] {
  return changes
    .map(({ at, look }) => ({ at, share: look.share }))
    .filter(({ share }, i, all) => all[i - 1]?.share !== share);
}

/**
 * Whether the rollout was to stay at this share: the others are only passed by on the way. Where the plan is not known, it is any.
 * An engine with equal steps comes by 20, 30 and 40 % on its way from 10 to 50.
 */
export function isMilestone({ plan }: History, share: number): boolean {
  return plan === undefined || share <= 0 || share >= 100 || plan.steps.some((step) => step.share === share);
}

export interface Turn extends Decision {
  readonly kind: 'continue' | 'turn-back';
}

/** Orders that people would tell of: to go on from a step, and to turn back. */
export function turnsOf(history: History): readonly Turn[] {
  const steps = shareSteps(history);
  return history.decisions.flatMap((decision): readonly Turn[] => {
    if (decision.orders.includes('turn-back')) return [{ ...decision, kind: 'turn-back' }];
    const goesOn = decision.orders.includes('advance') && isMilestone(history, shareAt(steps, decision.at));
    return goesOn ? [{ ...decision, kind: 'continue' }] : [];
  });
}

/** The share at a moment: 0 before the first look. */
export function shareAt(steps: readonly ShareStep[], at: number): number {
  return steps.findLast((step) => step.at <= at)?.share ?? 0;
}

export interface VerdictSpan extends Span {
  readonly verdict: Verdict;
  readonly step: Step;
  readonly sentence: string;
}

/** One gate through all steps. */
export interface Lane {
  readonly gate: Gate;
  readonly name: string;
  readonly spans: readonly VerdictSpan[];
}

/** Each gate's verdicts in the order of time; one holds until the next, the last at a step until the share is another, or the end. */
export function lanesOf(history: History, endedAt: number): readonly Lane[] {
  const { gates } = history;
  const steps = shareSteps(history);
  const leftAt = (at: number): number => steps.find((step) => step.at > at)?.at ?? Math.max(at, endedAt);
  const byGate = new Map<string, { gate: Gate; spans: VerdictSpan[] }>();
  for (const { gate, step, verdicts, lastAt } of gates) {
    const key = JSON.stringify(gate);
    const lane = byGate.get(key) ?? { gate, spans: [] };
    byGate.set(key, lane);
    lane.spans.push(
      ...verdicts.map(({ at, verdict, sentence }, i) => ({
        from: at,
        to: verdicts[i + 1]?.at ?? leftAt(lastAt),
        verdict,
        step,
        sentence,
      })),
    );
  }
  return [...byGate.values()].map(({ gate, spans }) => {
    const inOrder = spans.toSorted((one, other) => one.from - other.from);
    return { gate, name: gateName(gate), spans: inOrder };
  });
}

const BADNESS = { pass: 0, hold: 1, error: 2, fail: 3 } as const;

/** Where a gate wavers faster than can be seen, the worst that it said. */
export function visibleParts(spans: readonly VerdictSpan[], leastMs: number): readonly VerdictSpan[] {
  const parts: VerdictSpan[] = [];
  for (const span of spans) {
    const last = parts.at(-1);
    if (last === undefined || last.to - last.from >= leastMs) {
      parts.push(span);
      continue;
    }
    const worst = BADNESS[span.verdict] > BADNESS[last.verdict] ? span : last;
    parts[parts.length - 1] = { ...worst, from: last.from, to: span.to };
  }
  return parts;
}
