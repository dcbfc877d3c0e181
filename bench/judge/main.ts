/**
 * The judge beside other rules on the same simulated traffic: npm run bench:judge [-- --help]. Tables and what they say to
 * stdout, a picture to docs/images/judge.svg; exit 1 when a promise of the judge is broken, 2 when the options are wrong.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { findingsIn, findingText, isBroken, ladderFindings } from './findings.ts';
import { LADDER_LOADS } from './ladder.ts';
import { ladderText } from './ladder-text.ts';
import { loadsOf } from './load.ts';
import { type Options, RUNS, readOptions, USAGE } from './options.ts';
import { pictureOf } from './picture.ts';
import { ALPHAS } from './rules/all.ts';
import { spread } from './spread.ts';
import { tableText } from './text.ts';
import type { Piece } from './work.ts';

const PICTURE = fileURLToPath(new URL('../../docs/images/judge.svg', import.meta.url));

/** Of the whole ladder so many times fewer runs: one is a few hundred minutes long. */
const LADDER_RUNS_PART = 4;

const NOTES = [
  'One run is 60 minutes of stable alone, then 30 with both versions. 0.2 % of stable\u2019s requests fail, 1 % are slow.',
  'harmed: requests of the candidate that were bad because it is not as good as stable, by the true rates.',
  'The limits of Argo Rollouts, Flagger and the alarm are 1 % of errors and 5 % of slow requests: five times stable\u2019s own.',
  'The judge, its oracle, the plain mixture and the six looks leave out the first minute; the others look at all.',
  'Rules without an α of their own are marked (!) above 0.05. No rule waits for its data: what CloudWatch takes comes on top.',
];

const options = optionsOrExit();
if (options !== undefined) process.exitCode = await main(options);

function optionsOrExit(): Options | undefined {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(USAGE);
    return undefined;
  }
  try {
    return readOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function main(asked: Options): Promise<number> {
  const { runs, seed, scenario, json } = asked;
  const isWhole = scenario === '';
  const cells: Piece[] = loadsOf(scenario).map(({ scenario: { name }, requestsPerSecond, share }) => ({
    kind: 'cell',
    scenario: name,
    requestsPerSecond,
    share,
    runs,
    seed,
  }));
  const ladders: Piece[] = LADDER_LOADS.flatMap((requestsPerSecond) =>
    ALPHAS.map((alpha) => ({
      kind: 'ladder' as const,
      requestsPerSecond,
      alpha,
      runs: Math.ceil(runs / LADDER_RUNS_PART),
      seed,
    })),
  );
  // The ladders take longest, so they come first.
  const pieces = isWhole && !json ? [...ladders, ...cells] : cells;
  const answers = await spread(pieces, (count) => progress(count, pieces.length));
  const rows = answers.flatMap((answer) => (answer.kind === 'cell' ? answer.rows : []));
  const ladder = answers.flatMap((answer) => (answer.kind === 'ladder' ? answer.rows : []));
  const findings = findingsIn(rows, ALPHAS);

  const picture = asked.picture ?? (isWhole && runs >= RUNS ? PICTURE : undefined);
  if (picture !== undefined) await writeFile(picture, pictureOf(rows));

  if (json) console.log(JSON.stringify(rows, null, 1));
  else {
    console.log([`${runs} runs a cell, seed ${seed}`, ...NOTES].join('\n'));
    console.log(`\n${tableText(rows)}`);
    if (ladder.length > 0) console.log(`\n${ladderText(ladder)}`);
    console.log(`\n${[...findings, ...ladderFindings(ladder)].map(findingText).join('\n')}`);
  }
  return isBroken(findings) ? 1 : 0;
}

function progress(count: number, all: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(count < all ? `\r${count} of ${all} cells` : '\r\u001b[K');
}
