/** Where nothing speaks against the candidate: wait, watch, and go on when every gate has passed and the hold is over. */
import { formatDuration } from './duration.ts';
import { excludedHarm, gateName } from './gate.ts';
import { distinct } from './lists.ts';
import type { Look, Pause } from './observation.ts';
import { nextShare, type Plan, stepName } from './plan.ts';
import type { Command, Decision } from './rollout.ts';
import { ORDER_AGAIN_MS, over, turnBack } from './rollout-ends.ts';
import {
  answered,
  holdEndsAt,
  isDue,
  mayEndHold,
  nextNews,
  SHIFT,
  type Stand,
  type State,
  stepOf,
  watchedUntil,
} from './rollout-state.ts';

/** Deaths are looked for this often while the candidate is short of tasks: a first death is told within 10 s. */
export const DEATHS_EVERY_MS = 4_000;

export function waitFor(state: State, at: number, look: Look): Decision {
  return {
    ...lookForDeaths(state, at, look),
    reason: `waiting at ${look.stage}`,
    outcome: undefined,
    wakeAt: undefined,
  };
}

/** The parts of an order that was given before: no gate is asked again. */
export function goOn(state: State, pause: Pause, to: number, at: number, look: Look): Decision {
  const deaths = lookForDeaths(state, at, look);
  const reason = `on the way to ${to} %`;
  if (answered(state, look) && at - (state.advanced?.at ?? at) < ORDER_AGAIN_MS) {
    return { ...deaths, reason, outcome: undefined, wakeAt: undefined };
  }
  return advance(deaths, pause, to, look.share, at, reason);
}

export function watch(plan: Plan, state: State, stand: Stand, at: number, look: Look): Decision {
  const deaths = lookForDeaths(state, at, look);
  const due = plan.gates.flatMap((_, index) => (isDue(plan, stand, index, at) ? [index] : []));
  const evaluating: Stand = {
    ...stand,
    gates: stand.gates.map((gate, index) => (due.includes(index) ? { ...gate, evaluating: true } : gate)),
  };
  const holdEnds = holdEndsAt(plan, stand);
  const looks: Command[] = due.map((gate) => ({
    kind: 'evaluate',
    gate,
    step: stand.step,
    since: stand.since,
    holdEndsAt: holdEnds,
  }));
  const watched: Decision = {
    state: { ...deaths.state, stand: evaluating },
    commands: [...looks, ...deaths.commands],
    reason: '',
    outcome: undefined,
    wakeAt: nextNews(evaluating, at),
  };

  const pause = look.pause;
  if (pause === undefined) {
    const shifting = `the engine is on its way by itself, ${look.share} % now`;
    return { ...watched, reason: stand.id === SHIFT ? shifting : 'the candidate bakes at 100 %, stable is kept' };
  }
  const to = nextShare(plan.steps, look.share);
  if (answered(state, look)) {
    const since = state.advanced?.at ?? at;
    if (at - since < ORDER_AGAIN_MS) return { ...watched, ...deaths, reason: 'answered the pause, waiting to see it' };
    return advance(deaths, pause, to, look.share, at, 'the answer to the pause is not seen yet; answering again');
  }

  // A share that is no step of the plan is on the way to one: an engine whose own steps are finer than the ladder.
  const step = stepOf(plan, stand.step);
  // Beyond the last step of a plan that ends below 100 % nothing is on the way to anything: a person is asked here too.
  const isPast = look.share > (plan.steps.at(-1)?.share ?? 100);
  if (step.share !== look.share && !isPast)
    return advance(deaths, pause, to, look.share, at, `${look.share} % is on the way to the next step`);

  const open = stand.gates.filter((gate) => gate.last?.verdict !== 'pass');
  if (open.length > 0) {
    const limit = Math.max(holdEnds, stand.unsureSince ?? at) + plan.holdLimitMs;
    // A gate without any answer yet has a limit of its own; the others have had their time.
    if (at < limit || open.some((gate) => gate.last === undefined)) {
      return { ...watched, reason: `${open.length} of ${plan.gates.length} gates open ${stepName(step)}` };
    }
    return inconclusive(plan, state, stand, at, look, pause);
  }
  if (at < watchedUntil(plan, stand))
    return { ...watched, reason: `holding ${stepName(step)}`, wakeAt: soonest(watched.wakeAt, holdEnds) };
  if (evaluating.gates.some((gate) => gate.evaluating) && stand.askedAt === undefined)
    return { ...watched, reason: `the last look ${stepName(step)}` };
  if (step.approval === undefined) return advance(deaths, pause, to, look.share, at, whyGoOn(plan, stand, at));

  const askedAt = stand.askedAt ?? at;
  const asked: State = { ...watched.state, stand: { ...evaluating, askedAt } };
  const answerBy = askedAt + plan.waitForApprovalMs;
  if (at >= answerBy) return awaiting(plan, asked, at, look, pause, `every gate passed ${stepName(step)}`);
  const wakeAt = soonest(watched.wakeAt, answerBy);
  return { ...watched, state: asked, reason: `a person decides ${stepName(step)}`, wakeAt };
}

/** "every gate passed at 10 %, and the metrics exclude twice the errors: going on 3m20s before the hold is over" */
function whyGoOn(plan: Plan, stand: Stand, at: number): string {
  const passed = `every gate passed ${stepName(stepOf(plan, stand.step))}`;
  const leftMs = holdEndsAt(plan, stand) - at;
  if (leftMs <= 0) return passed;
  const harms = distinct(plan.gates.filter(mayEndHold).map(excludedHarm));
  const left = formatDuration(Math.ceil(leftMs / 1_000) * 1_000);
  return `${passed}, and the metrics exclude ${harms.join(' and ')}: going on ${left} before the hold is over`;
}

function soonest(one: number | undefined, other: number): number {
  return Math.min(one ?? other, other);
}

/** Gates that say neither yes nor no for too long: the user has said beforehand what that means. */
function inconclusive(plan: Plan, state: State, stand: Stand, at: number, look: Look, pause: Pause): Decision {
  const step = stepOf(plan, stand.step);
  const unsure = stand.gates.flatMap((gate, index) => {
    const spec = plan.gates[index];
    return spec === undefined || gate.last?.verdict === 'pass' ? [] : [`${gateName(spec)} (${gate.last?.sentence})`];
  });
  const reason = `not conclusive ${stepName(step)} within the hold and ${formatDuration(plan.holdLimitMs)} more: ${unsure.join(', ')}`;
  switch (plan.onInconclusive) {
    case 'rollback':
      return turnBack(state, at, pause.id, { status: 'rolled-back', reason });
    case 'promote':
      return advance(
        { state, commands: [] },
        pause,
        nextShare(plan.steps, look.share),
        look.share,
        at,
        `${reason}; on-inconclusive is promote`,
      );
    case 'wait':
      return awaiting(plan, state, at, look, pause, reason);
  }
}

/** The job ends, the rollout stays where it is: a person decides. */
function awaiting(plan: Plan, state: State, at: number, look: Look, pause: Pause, why: string): Decision {
  const until = pause.expiresAt ?? at + plan.promoteWithinMs;
  return over(state, {
    status: 'awaiting-promotion',
    reason: `the candidate has ${look.share} % of the traffic, ${why}, and a person decides`,
    until,
  });
}

function advance(
  from: { readonly state: State; readonly commands: readonly Command[] },
  pause: Pause,
  to: number,
  share: number,
  at: number,
  reason: string,
): Decision {
  return {
    state: { ...from.state, advanced: { pauseId: pause.id, share, onTheWayTo: pause.onTheWayTo, at } },
    commands: [{ kind: 'advance', pauseId: pause.id, to }, ...from.commands],
    reason,
    outcome: undefined,
    wakeAt: undefined,
  };
}

/** Only while the candidate is short of tasks: a healthy rollout costs no call for it. */
function lookForDeaths(
  state: State,
  at: number,
  look: Look,
): { readonly state: State; readonly commands: readonly Command[] } {
  const short = look.candidate.running < look.candidate.requested;
  if (!short || at - state.deathsLookedAt < DEATHS_EVERY_MS) return { state, commands: [] };
  return { state: { ...state, deathsLookedAt: at }, commands: [{ kind: 'look-for-deaths' }] };
}
