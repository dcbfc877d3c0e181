/** A rollout told in the order of time, one entry for each thing that a person would tell. Pure. */
import { explainDeath } from '../core/deaths.ts';
import { elapsed } from '../core/duration.ts';
import { gateName, type Verdict } from '../core/gate.ts';
import type { Look } from '../core/observation.ts';
import { stepName } from '../core/plan.ts';
import { isMilestone, shareSteps, turnsOf } from './chart-data.ts';
import { asSentence, dateOf, type EndedJob, HEADLINES } from './ended-job.ts';
import type { Death, History, Trouble } from './history.ts';

export interface Entry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: 'share' | 'verdict' | 'continue' | 'turn-back' | 'asked' | 'note' | 'trouble' | 'death' | 'end';
  readonly title: string;
  readonly text: string;
  /** Of a verdict. */
  readonly verdict?: Verdict;
  /** Of a pass: when, and each gate with what it saw. */
  readonly passed?: { readonly when: string; readonly gates: readonly string[] };
}

const DEATHS_TOLD = 5;

export function storyOf(job: EndedJob): readonly Entry[] {
  const { history, endedAt, result } = job;
  const { words } = HEADLINES[result.outcome.status];
  const entries: Entry[] = [
    ...shares(history),
    ...notes(history),
    ...verdicts(history),
    ...decisions(history),
    ...history.questions.map(
      ({ at, step, until }): Entry => ({
        at,
        kind: 'asked',
        title: 'A person is asked',
        text: `Whether to go on ${stepName(step)}; the job waits until ${dateOf(until)}.`,
      }),
    ),
    ...history.troubles.map(trouble),
    ...deaths(history.deaths, endedAt),
  ].toSorted((one, other) => one.at - other.at);
  return [
    ...passesTogether(entries),
    { at: endedAt, kind: 'end', title: words, text: asSentence(result.outcome.reason) },
  ];
}

function shares(history: History): readonly Entry[] {
  const lookAt = new Map(history.changes.map(({ at, look }) => [at, look]));
  return shareSteps(history).flatMap(({ at, share }, i) => {
    const look = lookAt.get(at);
    if (look === undefined || !isMilestone(history, share)) return [];
    const title = i === 0 && share === 0 ? 'The candidate is started' : `The candidate has ${share} % of the traffic`;
    return [{ at, kind: 'share' as const, title, text: `${asSentence(tasks(look))} Stage ${look.stage}.` }];
  });
}

function tasks({ candidate, stable }: Look): string {
  return `${candidate.running} of ${candidate.requested} candidate tasks run, ${stable.running} of stable`;
}

/** What the engine has to say besides, and that it turns back on its own account. */
function notes({ changes, decisions: orders }: History): readonly Entry[] {
  return changes.flatMap(({ at, look }, i): readonly Entry[] => {
    const before = changes[i - 1]?.look;
    const note =
      look.note !== undefined && look.note !== before?.note
        ? [{ at, kind: 'note' as const, title: 'Note', text: asSentence(look.note) }]
        : [];
    const turns = look.movement === 'turning-back' && before?.movement !== 'turning-back';
    const isOurs = orders.some((decision) => decision.orders.includes('turn-back') && decision.at <= at);
    return turns && !isOurs
      ? [
          ...note,
          { at, kind: 'turn-back', title: 'Turning back', text: `Nobody here ordered it. Stage ${look.stage}.` },
        ]
      : note;
  });
}

function verdicts({ gates }: History): readonly Entry[] {
  return gates.flatMap(({ gate, step, verdicts: changes }) =>
    changes.map(
      ({ at, verdict, sentence }): Entry => ({
        at,
        kind: 'verdict',
        verdict,
        title: `${gateName(gate)}: ${verdict}`,
        text: asSentence(`${stepName(step)}: ${sentence}`),
        ...(verdict === 'pass' ? { passed: { when: stepName(step), gates: [`${gateName(gate)}: ${sentence}`] } } : {}),
      }),
    ),
  );
}

function decisions(history: History): readonly Entry[] {
  return turnsOf(history).map(({ at, kind, reason }) => ({
    at,
    kind,
    title: kind === 'turn-back' ? 'Turn back' : 'Go on',
    text: asSentence(reason),
  }));
}

/** Gates that pass one after the other at the same step are one entry. */
function passesTogether(entries: readonly Entry[]): readonly Entry[] {
  const told: Entry[] = [];
  for (const entry of entries) {
    const [last, passed, passes] = [told.at(-1), told.at(-1)?.passed, entry.passed];
    if (last === undefined || passed === undefined || passes === undefined || passed.when !== passes.when) {
      told.push(entry);
      continue;
    }
    const gates = [...passed.gates, ...passes.gates];
    const title = `${gates.length} gates pass ${passed.when}`;
    told[told.length - 1] = { ...last, title, text: asSentence(gates.join('; ')), passed: { ...passed, gates } };
  }
  return told;
}

function trouble({ kind, at, problem, times }: Trouble): Entry {
  const often = times > 1 ? ` (${times} times)` : '';
  return {
    at,
    kind: 'trouble',
    title: kind === 'blind' ? 'Could not look' : 'An order failed',
    text: asSentence(`${problem}${often}`),
  };
}

/** A crash loop says the same thing for ever. */
function deaths(all: readonly Death[], endedAt: number): readonly Entry[] {
  const entries = all
    .slice(0, DEATHS_TOLD)
    .map(
      ({ at, death }): Entry => ({ at, kind: 'death', title: 'A task died', text: asSentence(explainDeath(death)) }),
    );
  const rest = all.slice(DEATHS_TOLD);
  const [first, last] = [rest[0], rest.at(-1)];
  if (first === undefined || last === undefined) return entries;
  const title = `${rest.length} more ${rest.length === 1 ? 'task' : 'tasks'} died`;
  const seconds = elapsed(Math.min(last.at, endedAt) - first.at);
  return [...entries, { at: first.at, kind: 'death', title, text: `Within ${seconds}.` }];
}
