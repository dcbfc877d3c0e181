/** Plays the acts one after the other, with the live table below, and sums up what users have met. */

import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { acts, jobName, note } from './acts.ts';
import { wrap } from './job-line.ts';
import { BAD_VERSION } from './releases.ts';
import type { Live, Said } from './screen.ts';
import { prepare, reportName, type Scene, type Stage } from './stage.ts';
import type { Moment } from './state.ts';
import { clock, grouped, table, tableKey, tableLine } from './table.ts';

/** Gives what went otherwise than it should have; nothing when all is well. Rejects when the demo itself fails. */
export async function play(stage: Stage): Promise<readonly string[]> {
  const { screen } = stage;
  const beganMs = performance.now();
  screen.say(heading('Greenlight: three releases under live traffic, two good, one bad'));
  const scene = await prepare(stage, beganMs);
  const { sandbox, watch, load } = scene;

  const faults: string[] = [];
  for (const [index, act] of acts.entries()) {
    const title = `Act ${index + 1} of ${acts.length}: ${act.title}`;
    screen.say(heading(title, true));
    screen.live(liveTable(title, beganMs, scene));
    if (act.version !== undefined) watch.expect(act.version);
    const played = await act.play(scene);
    if ('fault' in played) {
      faults.push(`act ${index + 1}: ${played.fault}`);
      break;
    }
    screen.say(note(played.end));
  }

  screen.live(undefined);
  const { requests, failed, problems } = await load.stop();
  // The bad version's own answers, and no other failure: nothing may be lost because traffic moves.
  const own = watch.answersOf(BAD_VERSION).failed;
  if (failed !== own)
    faults.push(`users saw ${failed} failures, ${own} of them version ${BAD_VERSION}'s; ${problems.join('; ')}`);
  for (const { operation, problem } of sandbox.violations)
    faults.push(`the local AWS answered wrongly: ${operation}: ${problem}`);
  const served = [1, ...acts.flatMap(({ version }) => version ?? [])].map(
    (version) => `version ${version} ${grouped(watch.answersOf(version).requests)}`,
  );
  const folder = await stage.summaries();
  const report = join(folder, reportName(jobName(BAD_VERSION)));
  const isReported = await access(report).then(
    () => true,
    () => false,
  );
  const lost = `${grouped(failed - own)} of ${grouped(requests)} requests failed because traffic moved`;
  const bad = own > 0 ? `; ${grouped(own)} met version ${BAD_VERSION}'s own errors` : '';
  screen.say((columns, paint) => [
    '',
    ...wrap(`${lost}${bad}`, columns - 1).map((line) => paint('bold', paint(failed === own ? 'green' : 'red', line))),
    ...wrap(`answered by ${served.join(', ')}; ${clock(performance.now() - beganMs)} in all`, columns - 1),
    `job summaries and reports: ${folder}`,
    ...(isReported ? [`what happened to version ${BAD_VERSION}, for a browser: ${pathToFileURL(report).href}`] : []),
  ]);
  return faults;
}

function liveTable(title: string, beganMs: number, { load, watch }: Scene): Live {
  const moment = (): Moment => {
    const { requests, failed } = load.count();
    return {
      title,
      elapsedMs: performance.now() - beganMs,
      sides: watch.sides(),
      requests,
      failed,
      ownErrors: watch.answersOf(BAD_VERSION).failed,
    };
  };
  return {
    block: (columns, paint) => table(moment(), columns, paint),
    line: () => tableLine(moment()),
    key: () => tableKey(moment()),
  };
}

function heading(text: string, blankBefore = false): Said {
  return (columns, paint) => [
    ...(blankBefore ? [''] : []),
    ...wrap(text, columns - 1).map((line) => paint('bold', line)),
  ];
}
