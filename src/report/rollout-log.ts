/** A rollout in the job's log: one aligned line a change, nothing twice. */
import { causeOf, explainDeath, shortId } from '../core/deaths.ts';
import { elapsed } from '../core/duration.ts';
import { type Gate, gateSubject } from '../core/gate.ts';
import type { Look } from '../core/observation.ts';
import { type Plan, stepAt, stepName } from '../core/plan.ts';
import type { Log } from '../ports.ts';
import { placeOf, sameLook, type Told } from './history.ts';
import { type Quiet, quietSince } from './quiet.ts';

const SUBJECT_WIDTH = 30;
const DEATHS_TOLD = 5;
const LONGEST_SUBJECT = 60;

/** Gives the function that prints events; times are told from `startedAt` (epoch milliseconds). By the plan it says how long a hold takes. */
export function rolloutLog(log: Log, startedAt: number, plan?: Plan): (event: Told) => void {
  let lastLook: Look | undefined;
  /** Since when the share and the movement are as they were last seen. */
  let since = startedAt;
  const quiet = quietSince(startedAt);
  const lastVerdicts = new Map<string, string>();
  const troubles = new Map<string, { times: number; readonly quiet: Quiet }>();
  let deathsTold = 0;
  let isTurningBack = false;
  let lastCause: string | undefined;
  let lastTail: string | undefined;

  const line = (at: number, subject: string, text: string): string =>
    `${elapsed(at - startedAt)}  ${subject.padEnd(SUBJECT_WIDTH)}  ${text}`;
  /** An annotation is read outside of the log's columns. */
  const warn = (at: number, subject: string, text: string): void =>
    log.warning(`${elapsed(at - startedAt)}  ${subject}: ${text}`);

  /** The first time at once, and then ever more rarely how often it was by then. */
  const tellTrouble = (at: number, subject: string, problem: string): void => {
    const known = troubles.get(`${subject} ${problem}`);
    if (known === undefined) {
      troubles.set(`${subject} ${problem}`, { times: 1, quiet: quietSince(at) });
      warn(at, subject, problem);
      return;
    }
    known.times += 1;
    if (known.quiet.isOver(at)) log.info(line(at, subject, `${problem}, ${known.times} times by now`));
  };

  const tellDeath = ({ at, death, logTail }: Extract<Told, { kind: 'death' }>): void => {
    deathsTold += 1;
    // A crash loop says the same thing for ever; how often is in the reason.
    if (deathsTold > DEATHS_TOLD) return;
    const cause = causeOf(death);
    if (cause === lastCause) log.info(line(at, 'task died', `task ${shortId(death.taskArn)}: as the one before`));
    else warn(at, 'task died', explainDeath(death));
    lastCause = cause;
    const tail = logTail.join('\n');
    if (tail !== lastTail) for (const text of logTail) log.info(line(at, '', `| ${text}`));
    lastTail = tail;
  };

  return (event) => {
    switch (event.kind) {
      case 'look':
        // How it ended is the outcome's line.
        if (event.look.movement === 'ended') return;
        if (sameLook(lastLook, event.look)) {
          if (quiet.isOver(event.at))
            log.info(line(event.at, event.look.stage, stillGoing(event.look, event.at - since, plan)));
          return;
        }
        if (lastLook?.share !== event.look.share || lastLook.movement !== event.look.movement) since = event.at;
        quiet.said(event.at);
        lastLook = event.look;
        log.info(line(event.at, event.look.stage, describeLook(event.look)));
        return;
      case 'reading': {
        const place = placeOf(event.gate, event.step);
        // The same verdict with other numbers is no change: "2 of 2 healthy" every ten seconds tells nobody anything.
        if (lastVerdicts.get(place) === event.verdict) return;
        // The step was left because it passed: what is not known yet of the next one is no news of this.
        if (event.isOnTheWay === true && event.verdict === 'hold' && lastVerdicts.get(place) === 'pass') return;
        lastVerdicts.set(place, event.verdict);
        quiet.said(event.at);
        // What was still being looked at when the decision fell: that it is well says nothing any more.
        if (isTurningBack && event.verdict === 'pass') return;
        const said = `${event.verdict} ${stepName(event.step)}: ${event.sentence}`;
        log.info(line(event.at, `gate ${event.gate.kind}`, `${said}${whichGate(event.gate, event.sentence)}`));
        return;
      }
      case 'decision':
        // No annotation: when it has gone back, the job's end is one, with the same reason.
        if (event.orders.includes('turn-back')) {
          isTurningBack = true;
          log.info(line(event.at, 'turn back', event.reason));
        } else if (event.orders.includes('advance') && isStep(lastLook, plan)) {
          log.info(line(event.at, 'continue', event.reason));
        }
        return;
      case 'asked':
        log.notice(
          `${elapsed(event.at - startedAt)}  a person decides: ${stepName(event.step)}; this job waits until ${new Date(event.until).toISOString()}`,
        );
        return;
      case 'blind':
        tellTrouble(event.at, 'could not look', event.problem);
        return;
      case 'order-failed':
        tellTrouble(event.at, 'order failed', event.problem);
        return;
      case 'death':
        tellDeath(event);
        return;
      case 'deaths':
        return;
    }
  };
}

/** Shares on the engine's way to the next step are passed at once: that each was reached is line enough. */
function isStep(look: Look | undefined, plan: Plan | undefined): boolean {
  return look === undefined || plan === undefined || plan.steps.some(({ share }) => share === look.share);
}

/** " (web-5xx)"; nothing where the sentence says it already. A command may have many lines. */
function whichGate(gate: Gate, sentence: string): string {
  const subject = gateSubject(gate);
  if (subject === '' || sentence.includes(subject)) return '';
  const [first = ''] = subject.split('\n');
  const short = first.length > LONGEST_SUBJECT ? first.slice(0, LONGEST_SUBJECT - 1) : first;
  return ` (${short}${short === subject ? '' : '…'})`;
}

/** What is waited for, for how long by now, and how long it is expected to take where that is known. */
function stillGoing(look: Look, forMs: number, plan: Plan | undefined): string {
  const { movement, share, candidate } = look;
  const long = elapsed(forMs);
  const running = `${candidate.running}/${candidate.requested} running`;
  switch (movement) {
    case 'turning-back':
      return `still turning back, ${long} so far`;
    case 'finishing':
      return `still waiting for the old tasks to go, ${long} so far`;
    case 'preparing': {
      const what = candidate.running < candidate.requested ? 'tasks to run' : 'tasks to be healthy';
      // Nobody knows how long an application takes to start; when it has taken too long is known.
      const limit = plan === undefined ? '' : ` of at most ${elapsed(plan.timeoutMs)}`;
      return `still waiting for ${what}, ${running}, ${long}${limit === '' ? ' so far' : limit}`;
    }
    default: {
      const holdMs = plan?.steps[stepAt(plan.steps, share)]?.holdMs ?? 0;
      // The engine's own bake comes on top of the hold at 100 %.
      const expectedMs = movement === 'baking' ? holdMs + (plan?.bakeMs ?? 0) : movement === 'waiting' ? holdMs : 0;
      return `still at ${share} %, ${long}${expectedMs > forMs ? ` of ${elapsed(expectedMs)}` : ' so far'}`;
    }
  }
}

function describeLook(look: Look): string {
  const tasks = `candidate ${look.candidate.running}/${look.candidate.requested} running`;
  const back = look.movement === 'turning-back' ? ', turning back' : '';
  const text = `${String(look.share).padStart(3)} % of traffic, ${tasks}, stable ${look.stable.running}${back}`;
  return look.note === undefined ? text : `${text}; ${look.note}`;
}
