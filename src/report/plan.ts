/** A plan as Markdown, for the comment on a pull request, the check run and the job summary. Pure. */
import { formatDuration } from '../core/duration.ts';
import type { Fault } from '../core/errors.ts';
import { type PlanReport, type PlanVerdict, publicFault, type ShownChange } from '../core/plan-report.ts';
import type { RolloutOutlook } from '../core/plan-report-rollout.ts';
import { clip, code, plain, sentence, table } from './github-markdown.ts';
import { fence, folded } from './markdown.ts';

/** GitHub takes 65,536 characters of a comment and 65,535 of a check's summary, the comment's marker among them. */
export const MOST_CHARACTERS = 65_000;
/** The difference is what may be as long as it likes. */
const MOST_OF_DIFF = 40_000;
const MOST_FAULTS = 50;

const HEADLINES: Readonly<Record<PlanVerdict, string>> = {
  'could-work': '✅ A deployment could work',
  unchanged: '✅ Nothing would change',
  'could-not-work': '❌ A deployment could not work',
  'could-not-look': '❔ Could not look',
};

/** "✅ A deployment could work": with what could not be looked at, it says no more than it knows. */
export function planTitle(report: Pick<PlanReport, 'verdict' | 'unseen'>): string {
  return report.verdict === 'could-work' && report.unseen !== undefined
    ? '📋 A plan without AWS'
    : HEADLINES[report.verdict];
}

/** The line by which the one comment of a service is found again. */
export function planMarker({ cluster, service }: Pick<PlanReport, 'cluster' | 'service'>): string {
  // Names of ECS have none of the others; a wrong one must not end the comment.
  const safe = (name: string) => name.replace(/[^\w./:-]/g, '_').replace(/-(?=-)/g, '-.');
  return `<!-- greenlight-plan:${safe(cluster)}/${safe(service)} -->`;
}

/** The whole of it, from the headline on. */
export function planMarkdown(report: PlanReport): string {
  const text = [
    `### ${planTitle(report)}: ${code(report.service)} in ${code(report.cluster)}`,
    `${sentence(report.reason)}`,
    planBody(report),
    '<sub>A plan changes nothing. It says what a deployment with the same inputs would do as things are now.</sub>',
  ].join('\n\n');
  return `${clip(text, MOST_CHARACTERS)}\n`;
}

/** What comes below the headline and the reason. */
export function planBody(report: PlanReport): string {
  const { faults, passing, unseen, rollout } = report;
  return [
    ...(unseen === undefined ? [] : [`> [!NOTE]\n> Not looked at: ${plain(unseen)}.`]),
    ...(faults.length === 0 ? [] : ['#### What is wrong', faultList(faults)]),
    ...(passing.length === 0 ? [] : ['#### What would stand against it now, and passes by itself', faultList(passing)]),
    ...definitionPart(report),
    ...(rollout === undefined ? [] : rolloutPart(rollout)),
  ].join('\n\n');
}

function faultList(faults: readonly Fault[]): string {
  const lines = faults
    .slice(0, MOST_FAULTS)
    .map(publicFault)
    .map(({ subject, problem, fix }) => `- **${plain(subject)}**: ${plain(problem)}\n  → ${plain(fix)}`);
  const more = faults.length - lines.length;
  return [...lines, ...(more > 0 ? [`- … and ${more} more, in the log`] : [])].join('\n');
}

// ------------------------------------------------------------------ the task definition

function definitionPart({ definition, image }: PlanReport): string[] {
  const rows: string[][] = [
    ...(image === undefined ? [] : [['**Image**', code(image)]]),
    ...(definition === undefined ? [] : [['**Task definition**', code(definition.source)]]),
    ...(definition?.serving === undefined ? [] : [['**Serves now**', code(definition.serving)]]),
    ...(definition?.registered === undefined
      ? []
      : [['**Would serve**', `${code(definition.registered)}, which is registered already`]]),
  ];
  const facts = rows.length === 0 ? [] : [table(['', ''], rows)];
  const changes = definition?.changes;
  if (changes === undefined || changes.length === 0) return facts;
  const count = changes.length === 1 ? '1 field' : `${changes.length} fields`;
  return [`#### Task definition: ${count} would change`, ...facts, diffFence(changes)];
}

/** "- path = old" and "+ path = new". */
export function diffLines(changes: readonly ShownChange[]): readonly string[] {
  return changes.flatMap(({ path, from, to }) => [
    ...(from === undefined ? [] : [`- ${path} = ${from}`]),
    ...(to === undefined ? [] : [`+ ${path} = ${to}`]),
  ]);
}

function diffFence(changes: readonly ShownChange[]): string {
  const lines = diffLines(changes).map((line) => line.replace(/[\r\n]+/g, ' '));
  let length = 0;
  const fitting = lines.filter((line) => {
    length += line.length + 1;
    return length <= MOST_OF_DIFF;
  });
  const more = lines.length - fitting.length;
  return fence([...fitting, ...(more > 0 ? [`# … and ${more} more lines, in the log`] : [])], 'diff');
}

// ------------------------------------------------------------------ the rollout

function rolloutPart(rollout: RolloutOutlook): string[] {
  const { manner, steps, leastMs, candidateUrl, before, stops, asks, underway } = rollout;
  const how = manner === undefined ? 'The service alone says who moves the traffic.' : `By ${code(manner)}.`;
  const long =
    leastMs === undefined
      ? 'How long it takes, only the service tells.'
      : `At least **${formatDuration(leastMs)}** after the tasks have started${asks.length === 0 ? '' : ', and as long as a person takes'}.`;
  const url =
    candidateUrl === undefined ? '' : ` The new version is reached before it has users at ${code(candidateUrl)}.`;
  return [
    '#### How the traffic would move',
    `${how} ${long}${url}`,
    ...(steps === undefined ? [] : [stepTable(rollout)]),
    folded('Before any traffic moves', list(before)),
    folded('What would turn it back, or end it', list(stops)),
    ...(asks.length === 0 ? ['Nobody would be asked.'] : [folded('What a person would be asked', list(asks))]),
    folded('If another rollout is under way', list(underway)),
  ];
}

function stepTable({ steps = [], bakeMs }: RolloutOutlook): string {
  const rows = steps.map(({ share, holdMs, beginsMs, asks }) => [
    share === 0 ? '0 % (before the shift)' : `${share} %`,
    `+${formatDuration(beginsMs)}`,
    `${holdMs === 0 ? 'until every gate has passed' : formatDuration(holdMs)}${asks ? ', then until a person says go on' : ''}`,
  ]);
  const last = steps.at(-1);
  const bakeBegins = last === undefined ? '' : `+${formatDuration(last.beginsMs + last.holdMs)}`;
  const bake = bakeMs === undefined ? 'as the service has it' : formatDuration(bakeMs);
  return table(
    ['Traffic of the new version', 'At the earliest', 'Held'],
    [...rows, ...(bakeMs === 0 ? [] : [['100 %, the old version is kept (bake)', bakeBegins, bake]])],
  );
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${plain(line)}`).join('\n');
}
