/** A rollout in the job's log: one aligned line a change, nothing twice. */
import { explainDeath } from '../core/deaths.ts';
import { gateSubject } from '../core/gate.ts';
import type { Look } from '../core/observation.ts';
import { stepName } from '../core/plan.ts';
import type { Log } from '../ports.ts';
import { placeOf, sameLook, type Told } from './history.ts';

const SUBJECT_WIDTH = 30;
const DEATHS_TOLD = 5;

/** Gives the function that prints events; times are told from `startedAt` (epoch milliseconds). */
export function rolloutLog(log: Log, startedAt: number): (event: Told) => void {
  let lastLook: Look | undefined;
  const lastVerdicts = new Map<string, string>();
  let lastProblem: string | undefined;
  let deathsTold = 0;

  const line = (at: number, subject: string, text: string): string =>
    `${elapsed(at - startedAt)}  ${subject.padEnd(SUBJECT_WIDTH)}  ${text}`;

  return (event) => {
    switch (event.kind) {
      case 'look':
        lastProblem = undefined;
        // How it ended is the outcome's line.
        if (sameLook(lastLook, event.look) || event.look.movement === 'ended') return;
        lastLook = event.look;
        log.info(line(event.at, event.look.stage, describeLook(event.look)));
        return;
      case 'reading': {
        const place = placeOf(event.gate, event.step);
        // The same verdict with other numbers is no change: "2 of 2 healthy" every ten seconds tells nobody anything.
        if (lastVerdicts.get(place) === event.verdict) return;
        lastVerdicts.set(place, event.verdict);
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
