/** The facts of a job for its summary: one table of short names to look at, and the whole ones to copy. GitHub's Markdown. Pure. */
import { shortArn } from '../core/arn.ts';
import { elapsed } from '../core/duration.ts';
import type { Result } from '../core/result.ts';
import { shareSteps, spanOf } from './chart-data.ts';
import { type Bin, type Rates, totalsOf } from './chart-rates.ts';
import { dateOf, type EndedJob, hasStory, shortImage, wholeNames } from './ended-job.ts';
import { clipped } from './foreign-text.ts';
import { code, fence, folded, table } from './markdown.ts';

/** GitHub does not wrap code in a table: with more than this a page scrolls sideways. */
const LONGEST_NAME = 36;
const LONGEST_WHOLE_NAME = 1_000;

/** Both versions beside each other; of a job that rolled nothing out, what it was about. */
export function factsTable(job: EndedJob, rates: Rates | undefined): string {
  const { result, cluster, service, startedAt, endedAt } = job;
  const both = `${cluster} / ${service}`;
  const place = name(both.length > LONGEST_NAME ? service : both);
  const took = elapsed(endedAt - startedAt);
  if (!hasStory(job)) {
    const known: readonly (readonly [string, string])[] = [
      ['Service', place],
      ['Task definition', name(result.taskDefinitionArn && shortArn(result.taskDefinitionArn))],
      ['Took', took],
    ];
    const rows = known.filter(([, value]) => value !== '–');
    return table(
      rows.map(([title]) => title),
      [rows.map(([, value]) => value)],
    );
  }
  const { taskDefinitionArn: candidate, previousTaskDefinitionArn: stable, image, traffic } = result;
  const rows: readonly (readonly [string, string, string])[] = [
    ['Task definition', name(candidate && shortArn(candidate)), name(stable && shortArn(stable))],
    ['Image', name(image && shortImage(image)), '–'],
    ['Traffic now', trafficFact(job), traffic === undefined ? '–' : `${100 - traffic} %`],
    ...countedFacts(job, rates),
  ];
  const facts = table(
    [place, 'Candidate', 'Stable'],
    rows
      .filter(([, ...values]) => values.some((value) => value !== '–'))
      .map(([title, ...values]) => [`**${title.replaceAll(' ', '\u00a0')}**`, ...values]),
  );
  return `${facts}\n\nTook ${took}, until ${dateOf(endedAt)}.`;
}

function name(text: string | undefined): string {
  return text === undefined ? '–' : code(clipped(text, LONGEST_NAME));
}

function trafficFact({ result: { traffic }, history }: EndedJob): string {
  if (traffic === undefined) return '–';
  const highest = Math.max(0, ...shareSteps(history).map(({ share }) => share));
  return highest > traffic ? `${traffic} % (${highest} % at most)` : `${traffic} %`;
}

/** Over the same time: stable's requests before there was a candidate are not compared with anything. */
function countedFacts(job: EndedJob, rates: Rates | undefined): readonly (readonly [string, string, string])[] {
  if (rates === undefined) return [];
  const from = Math.min(...rates.candidate.map((bin) => bin.from), spanOf(job).to);
  const during = (bins: readonly Bin[]) => totalsOf(bins.filter((bin) => bin.from >= from));
  const both = [during(rates.candidate), during(rates.stable)] as const;
  const [candidate, stable] = both;
  if (candidate.requests === 0) return [];
  const cells = (of: (one: typeof candidate) => string) => [of(candidate), of(stable)] as const;
  const bad = (what: 'errors' | 'slow') => cells((one) => badFact(one[what], one.requests));
  const hasSlow = both.some(({ slow }) => slow !== undefined && slow > 0);
  return [
    ['Requests counted', ...cells(({ requests }) => count(requests))],
    ['Failed', ...bad('errors')],
    ...(hasSlow ? [['Slow', ...bad('slow')] as const] : []),
  ];
}

function badFact(bad: number | undefined, requests: number): string {
  if (bad === undefined || requests === 0) return '–';
  return bad === 0 ? 'none' : `${count(bad)} (${Number(((100 * bad) / requests).toPrecision(2))} %)`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Everything by its full name: GitHub breaks code in a list where the line ends. */
export function namesText(job: EndedJob): string {
  return [['Status', job.result.outcome.status] as const, ...wholeNames(job)]
    .map(([what, name]) => `- ${what}: ${code(clipped(name, LONGEST_WHOLE_NAME))}`)
    .join('\n');
}

/** How to get at the files of the job, which are gone with its runner; undefined when there are none. */
export function filesText({ report, evidence }: Result): string | undefined {
  const files = [
    ...(report === undefined
      ? []
      : [{ output: 'report', what: 'the report (one page with charts and the whole story)' }]),
    ...(evidence === undefined
      ? []
      : [{ output: 'evidence', what: 'the evidence (the numbers that the judge went by)' }]),
  ];
  const [first] = files;
  if (first === undefined) return undefined;
  const paths = files.map(({ output }) => `\${{ steps.deploy.outputs.${output} }}`);
  const step = [
    `- if: always() && steps.deploy.outputs.${first.output} != ''`,
    '  uses: actions/upload-artifact@v7',
    '  with:',
    '    name: greenlight',
    ...(paths.length === 1 ? [`    path: ${paths[0]}`] : ['    path: |', ...paths.map((path) => `      ${path}`)]),
  ];
  const are = files.length === 1 ? 'is a file' : 'are files';
  const text = `${files.map(({ what }) => what).join(' and ')} ${are} on the runner and gone with it. A step after the deployment, whose \`id\` is \`deploy\` here, keeps what there is with the workflow run:`;
  return folded(
    'Files of this job, and how to keep them',
    `${text.charAt(0).toUpperCase()}${text.slice(1)}\n\n${fence(step, 'yaml')}`,
  );
}
