/** A plan as Markdown, for the comment on a pull request, the check run and the job summary. Pure. */
import { formatDuration } from '../core/duration.ts';
import type { Fault } from '../core/errors.ts';
import { imageText, type PlanReport, type PlanVerdict, publicFault, sourceText } from '../core/plan-report.ts';
import type { RolloutOutlook } from '../core/plan-report-rollout.ts';
import { folded, leftTable, imageText as shortImage } from './github-markdown.ts';
import { code as codeOf } from './markdown.ts';
import { diffFence } from './plan-diff.ts';
import { mannerText } from './plan-log.ts';
import type { Place } from './plan-places.ts';
import { bytesOf, cut, fitting, MOST_BYTES, sentenceOf, words } from './plan-words.ts';

/** Shares of MOST_BYTES; the difference has what the others leave, half of it and more. */
const MOST_OF = { faults: 16_000, passing: 3_000, stops: 6_000, steps: 6_000, list: 3_000 } as const;

const HEADLINES: Readonly<Record<PlanVerdict, string>> = {
  'could-work': '✅ A deployment could work',
  unchanged: '✅ Nothing would change',
  'could-not-work': '❌ A deployment could not work',
  'could-not-look': '❔ Could not look',
  refused: '❌ AWS refused a call',
};

/** Where a fault stands, as a page of GitHub's; undefined: nowhere in the repository. */
export type PageOf = (fault: Fault) => { readonly place: Place; readonly url: string } | undefined;

/** "✅ A deployment could work": with what could not be looked at, it says no more than it knows. */
export function planTitle(report: Pick<PlanReport, 'verdict' | 'unseen'>): string {
  return report.verdict === 'could-work' && report.unseen !== undefined
    ? '📋 A plan without AWS'
    : HEADLINES[report.verdict];
}

export type PlanSubject = Pick<PlanReport, 'cluster' | 'service' | 'environment'>;

/** The line by which the one comment of a service is found again. */
export function planMarker({ cluster, service, environment }: PlanSubject): string {
  // Names of ECS have none of the others; a wrong one must not end the comment.
  const safe = (name: string) =>
    name
      .slice(0, 300)
      .replace(/[^\w./:-]/g, '_')
      .replace(/-(?=-)/g, '-.');
  return `<!-- greenlight-plan:${safe(cluster)}/${safe(service)}${environment === undefined ? '' : `@${safe(environment)}`} -->`;
}

/** The whole of it, from the headline on. */
export function planMarkdown(report: PlanReport, pageOf: PageOf = () => undefined): string {
  const { cluster, service, environment } = report;
  const where = `${code(service)} in ${code(cluster)}${environment === undefined ? '' : `, ${code(environment)}`}`;
  const head = `### ${planTitle(report)}: ${where}\n\n${sentenceOf(report.reason)}`;
  const foot =
    '<sub>A plan changes nothing. It says what a deployment with the same inputs would do as things are now.</sub>';
  const body = planBody(report, pageOf, MOST_BYTES - bytesOf(head) - bytesOf(foot));
  return `${[head, ...(body === '' ? [] : [body]), foot].join('\n\n')}\n`;
}

/** What comes below the headline and the reason. */
export function planBody(report: PlanReport, pageOf: PageOf = () => undefined, mostBytes = MOST_BYTES): string {
  const { faults, passing, unseen, definition, rollout } = report;
  const before = [
    ...(unseen === undefined ? [] : [`> [!NOTE]\n> Not looked at: ${words(unseen, 2_000)}.`]),
    ...(faults.length === 0 ? [] : ['#### What is wrong', faultList(faults, pageOf, MOST_OF.faults)]),
    ...(passing.length === 0
      ? []
      : ['#### What would stand against it now, and passes by itself', faultList(passing, pageOf, MOST_OF.passing)]),
    ...factsPart(report, faults.length + passing.length > 0),
  ];
  const after = rollout === undefined ? [] : rolloutPart(rollout);
  const changes = definition?.changes ?? [];
  if (changes.length === 0) return [...before, ...after].join('\n\n');
  const count = changes.length === 1 ? '1 field' : `${changes.length} fields`;
  const title =
    definition?.serving === undefined
      ? `#### Task definition: ${count} set by the inputs`
      : `#### Task definition: ${count} would change`;
  const left = mostBytes - bytesOf([...before, title, ...after].join('\n\n'));
  return [...before, title, diffFence(changes, left), ...after].join('\n\n');
}

/** Of a name or a number. */
function code(text: string): string {
  return codeOf(cut(text, 300));
}

function faultList(faults: readonly Fault[], pageOf: PageOf, mostBytes: number): string {
  const lines = faults.map((fault) => {
    const { subject, problem, fix } = publicFault(fault);
    const page = pageOf(fault);
    const where = page === undefined ? '' : ` ([${code(`${page.place.path}:${page.place.line}`)}](<${page.url}>))`;
    return `- **${words(subject)}**: ${words(problem)}${where}<br>→ ${words(fix)}`;
  });
  return fitting(lines, mostBytes, (left) => `- … and ${left} more, in the log`).join('\n');
}

// ------------------------------------------------------------------ what would be deployed, and how

/** A list that follows on another needs a head of its own, or it would be part of it. */
function factsPart({ definition, image, rollout }: PlanReport, isAfterList: boolean): string[] {
  const facts = [
    ...(image === undefined
      ? []
      : [`**Image**: ${code(shortImage(image.reference))}${image.made === undefined ? '' : `, ${words(image.made)}`}`]),
    ...(definition === undefined ? [] : [`**Task definition**: ${definitionText(definition)}`]),
    ...(rollout === undefined ? [] : [`**Strategy**: ${words(mannerText(rollout.manner, rollout.isMoverKnown))}`]),
    ...(rollout === undefined ? [] : [`**How long**: ${howLong(rollout)}`]),
  ];
  if (facts.length === 0) return [];
  return [...(isAfterList ? ['#### What would be deployed'] : []), facts.map((fact) => `- ${fact}`).join('\n')];
}

function definitionText({ source, serving, registered }: NonNullable<PlanReport['definition']>): string {
  return [
    source.kind === 'service' ? sourceText(source) : code(sourceText(source)),
    ...(serving === undefined ? [] : [`${code(serving)} serves now`]),
    ...(registered === undefined ? [] : [`${code(registered)} says the same already and would serve`]),
  ].join('; ');
}

function howLong({ leastMs, asks }: RolloutOutlook): string {
  if (leastMs === undefined) return 'only the service tells';
  const person = asks.length === 0 ? '' : ', and as long as a person takes';
  return `at least **${formatDuration(leastMs)}** after the tasks have started${person}`;
}

function rolloutPart(rollout: RolloutOutlook): string[] {
  const { steps = [], candidateUrl, before, stops, asks, underway } = rollout;
  const url =
    candidateUrl === undefined ? [] : [`The new version is reached before it has users at ${code(candidateUrl)}.`];
  const more = [
    ['Before any traffic moves', before],
    ['What a person would be asked', asks.length === 0 ? ['nobody would be asked'] : asks],
    ['If another rollout is under way', underway],
  ] as const;
  return [
    ...(steps.length === 0 ? [] : ['#### How the traffic would move', stepTable(rollout)]),
    ...url,
    '#### What would stop it',
    list(stops, MOST_OF.stops, stopText),
    folded(
      'Before any traffic moves, what a person would be asked, other rollouts',
      more.map(([title, lines]) => `**${title}**\n\n${list(lines, MOST_OF.list)}`).join('\n\n'),
    ),
  ];
}

const BAR = 10;

/** "`███░░░░░░░` 25 %": what has any traffic has a block, and only all of it has all blocks. */
function bar(share: number): string {
  const full = share === 0 ? 0 : Math.min(share < 100 ? BAR - 1 : BAR, Math.max(1, Math.round((share * BAR) / 100)));
  return `\`${'█'.repeat(full)}${'░'.repeat(BAR - full)}\` ${share}\u00a0%`;
}

function stepTable({ steps = [], bakeMs }: RolloutOutlook): string {
  const at = (ms: number): string => (ms === 0 ? 'at once' : `after ${formatDuration(ms)}`);
  const rows = steps.map(({ share, holdMs, beginsMs, asks }) => [
    share === 0 ? `${bar(0)}, before the shift` : bar(share),
    at(beginsMs),
    `${holdMs === 0 ? 'until every gate has passed' : formatDuration(holdMs)}${asks ? ', then until a person says go on' : ''}`,
  ]);
  const last = steps.at(-1);
  const bake = bakeMs === undefined ? 'as long as the service has it' : formatDuration(bakeMs);
  const baked =
    bakeMs === 0 || last === undefined
      ? []
      : [[`${bar(100)}, the old version is kept (bake)`, at(last.beginsMs + last.holdMs), bake]];
  const most = MOST_OF.steps;
  const [head = '', rule = '', ...body] = leftTable(
    ['Traffic of the new version', 'At the earliest', 'Held'],
    [...rows, ...baked],
  ).split('\n');
  const shown = fitting(body, most, (left) => `| … ${left} more steps | | |`);
  return [head, rule, ...shown].join('\n');
}

/** "**targets**: a target of the new version is not healthy" */
function stopText(line: string): string {
  const [, head, rest] = /^(.{1,300}?): (.+)$/s.exec(line) ?? [];
  return head === undefined || rest === undefined ? words(line) : `**${words(head)}**: ${words(rest)}`;
}

function list(lines: readonly string[], mostBytes: number, textOf: (line: string) => string = words): string {
  const items = lines.map((line) => `- ${textOf(line)}`);
  return fitting(items, mostBytes, (left) => `- … and ${left} more`).join('\n');
}

/** In a few words, as the title of the check run: "4 fields, 5 → 25 → 100 %, at least 30m". */
export function planGist(report: PlanReport): string {
  const { verdict, faults, definition, image, rollout } = report;
  if (verdict === 'could-not-work') {
    const subjects = [...new Set(faults.map(({ subject }) => subject))].join(', ');
    return `${faults.length === 1 ? '1 thing is' : `${faults.length} things are`} wrong: ${subjects}`;
  }
  if (verdict !== 'could-work' || report.unseen !== undefined) return planTitle(report).replace(/^\S+ /, '');
  const count = definition?.changes?.length;
  const shares = rollout?.steps?.map(({ share }) => share).filter((share) => share > 0) ?? [];
  return [
    ...(count === undefined || count === 0
      ? image === undefined
        ? []
        : [imageText(image)]
      : [count === 1 ? '1 field' : `${count} fields`]),
    ...(shares.length === 0
      ? []
      : [`${shares.length > 6 ? `${shares[0]} → … → ${shares.at(-1)}` : shares.join(' → ')} %`]),
    ...(rollout?.leastMs === undefined ? [] : [`at least ${formatDuration(rollout.leastMs)}`]),
  ].join(', ');
}
