/** A rollout in the job's log: one aligned line a change, nothing twice. */
import { explainDeath } from '../core/deaths.ts';
import { gateSubject } from '../core/gate.ts';
import type { Look } from '../core/observation.ts';
import { type Plan, stepAt, stepName } from '../core/plan.ts';
import type { Log } from '../ports.ts';
import { placeOf, sameLook, type Told } from './history.ts';

const SUBJECT_WIDTH = 30;
const DEATHS_TOLD = 5;
/** After so long without a line one says that it still goes on, and the next ones come ever later. */
const FIRST_QUIET_MS = 60_000;
const LONGEST_QUIET_MS = 600_000;

/** Gives the function that prints events; times are told from `startedAt` (epoch milliseconds). By the plan it says how long a hold takes. */
export function rolloutLog(log: Log, startedAt: number, plan?: Plan): (event: Told) => void {
  let lastLook: Look | undefined;
  /** Since when the share and the movement are as they were last seen. */
  let since = startedAt;
  let quietSince = startedAt;
  let quietMs = FIRST_QUIET_MS;
  const lastVerdicts = new Map<string, string>();
  let lastProblem: string | undefined;
  let deathsTold = 0;

  const line = (at: number, subject: string, text: string): string =>
    `${elapsed(at - startedAt)}  ${subject.padEnd(SUBJECT_WIDTH)}  ${text}`;
  const saidAt = (at: number, nextMs = FIRST_QUIET_MS): void => {
    quietSince = at;
    quietMs = nextMs;
  };

  return (event) => {
    switch (event.kind) {
      case 'look':
        lastProblem = undefined;
        // How it ended is the outcome's line.
        if (event.look.movement === 'ended') return;
        if (sameLook(lastLook, event.look)) {
          if (event.at - quietSince < quietMs) return;
          log.info(line(event.at, event.look.stage, stillGoing(event.look, event.at - since, plan)));
          saidAt(event.at, Math.min(2 * quietMs, LONGEST_QUIET_MS));
          return;
        }
        if (lastLook?.share !== event.look.share || lastLook.movement !== event.look.movement) since = event.at;
        saidAt(event.at);
        lastLook = event.look;
        log.info(line(event.at, event.look.stage, describeLook(event.look)));
        return;
      case 'reading': {
        const place = placeOf(event.gate, event.step);
        // The same verdict with other numbers is no change: "2 of 2 healthy" every ten seconds tells nobody anything.
        if (lastVerdicts.get(place) === event.verdict) return;
        lastVerdicts.set(place, event.verdict);
        saidAt(event.at);
        const subject = gateSubject(event.gate);
        const said = `${event.verdict} ${stepName(event.step)}: ${event.sentence}`;
        log.info(line(event.at, `gate ${event.gate.kind}`, subject === '' ? said : `${said} (${subject})`));
        return;
      }
      case 'decision':
        if (event.orders.includes('turn-back')) log.warning(line(event.at, 'turn back', event.reason));
        else if (event.orders.includes('advance')) log.info(line(event.at, 'continue', event.reason));
        return;
      case 'asked':
        log.notice(
          line(
            event.at,
            'a person decides',
            `${stepName(event.step)}; this job waits until ${new Date(event.until).toISOString()}`,
          ),
        );
        return;
      case 'blind':
      case 'order-failed':
        if (event.problem === lastProblem) return;
        lastProblem = event.problem;
        log.warning(line(event.at, event.kind === 'blind' ? 'could not look' : 'order failed', event.problem));
        return;
      case 'death':
        deathsTold += 1;
        // A crash loop says the same thing for ever; how often is in the reason.
        if (deathsTold > DEATHS_TOLD) return;
        log.warning(line(event.at, 'task died', explainDeath(event.death)));
        for (const text of event.logTail) log.info(line(event.at, '', `| ${text}`));
        return;
      case 'deaths':
        return;
    }
  };
}

/** What is waited for, for how long by now, and how long it is expected to take where that is known. */
function stillGoing(look: Look, forMs: number, plan: Plan | undefined): string {
  const { movement, share, candidate } = look;
  const long = elapsed(forMs);
  if (movement === 'turning-back') return `still turning back, for ${long} now`;
  if (movement === 'preparing' && candidate.running < candidate.requested) {
    return `still waiting for tasks, ${candidate.running}/${candidate.requested} running, for ${long} now`;
  }
  const holdMs = plan?.steps[stepAt(plan.steps, share)]?.holdMs ?? 0;
  // The engine's own bake comes on top of the hold at 100 %.
  const expectedMs = movement === 'baking' ? holdMs + (plan?.bakeMs ?? 0) : movement === 'waiting' ? holdMs : 0;
  if (expectedMs > forMs) return `still at ${share} %, ${long} of ${elapsed(expectedMs)}`;
  return `still at ${share} %, for ${long} now`;
}

function describeLook(look: Look): string {
  const tasks = `candidate ${look.candidate.running}/${look.candidate.requested} running`;
  const back = look.movement === 'turning-back' ? ', turning back' : '';
  const text = `${String(look.share).padStart(3)} % of traffic, ${tasks}, stable ${look.stable.running}${back}`;
  return look.note === undefined ? text : `${text}; ${look.note}`;
}

/** 75_000 is "01:15". */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (part: number): string => String(part).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
