/** The check run of a deployment: in a line where it stands, beneath it a short table, and at the end the truth. Pure. */
import { shortArn } from '../core/arn.ts';
import { explainDeath } from '../core/deaths.ts';
import { formatDuration } from '../core/duration.ts';
import { gateName } from '../core/gate.ts';
import type { CheckRun } from '../core/github.ts';
import { BUTTONS, checkName, externalIdOf } from '../core/github-button.ts';
import type { Status } from '../core/outcome.ts';
import { stepName } from '../core/plan.ts';
import { HEADLINES } from './ended-job.ts';
import { clip, code, facts, folded, imageText, leftTable, momentText, plain, sentence } from './github-markdown.ts';
import type { GateHistory, History } from './history.ts';
import { type EndedLive, type LiveJob, openQuestion, standingOf, trafficText, whyBack } from './live.ts';

type Conclusion = NonNullable<CheckRun['conclusion']>;

/** What was neither good nor bad for the commit is neutral: branch protection takes it for passed. */
const CONCLUSIONS: Readonly<Record<Status, Conclusion>> = {
  succeeded: 'success',
  unchanged: 'neutral',
  planned: 'neutral',
  'awaiting-promotion': 'action_required',
  'rolled-back': 'failure',
  superseded: 'cancelled',
  stopped: 'failure',
  'timed-out': 'failure',
  'could-not-look': 'failure',
  cancelled: 'cancelled',
  failed: 'failure',
};

const MINUTE_MS = 60_000;
const TITLE_LENGTH = 200;
/** GitHub takes 65,535 characters. */
const SUMMARY_LENGTH = 60_000;
const GATES_SHOWN = 30;
const DEATHS_SHOWN = 5;

/** `now` in epoch milliseconds: times are told in whole minutes, so that what has not changed stays the same text. */
export function checkRunOf(job: LiveJob, now: number): CheckRun {
  const { conclusion, title } = headOf(job, now);
  const externalId = externalIdOf(job);
  // Without its name in full a pressed button could not be understood.
  const hasButtons = conclusion === 'action_required' && externalId.length <= 255;
  return {
    name: checkName(job),
    sha: job.sha,
    detailsUrl: job.runUrl,
    externalId: externalId.slice(0, 255),
    status: conclusion === undefined ? 'in_progress' : 'completed',
    conclusion,
    title: clip(title, TITLE_LENGTH),
    summary: clip(summaryOf(job, { conclusion, title }, now), SUMMARY_LENGTH),
    text: undefined,
    annotations: [],
    actions: hasButtons ? BUTTONS : [],
  };
}

interface Head {
  readonly conclusion: Conclusion | undefined;
  readonly title: string;
}

function headOf({ ended, history, command }: LiveJob, now: number): Head {
  if (ended !== undefined) return endOf(ended);
  const question = openQuestion(history);
  if (question !== undefined) {
    return {
      conclusion: 'action_required',
      title: `A person decides ${stepName(question.step)}, until ${momentText(question.until)}`,
    };
  }
  return { conclusion: undefined, title: movingTitle(history, now) ?? BEFORE[command] };
}

const BEFORE = {
  deploy: 'Getting ready: nothing has changed on the service yet',
  promote: 'Looking for the rollout to go on with',
  rollback: 'Looking for what to turn back',
} as const;

function endOf({ result: { outcome, traffic }, wasAskedFor }: EndedLive): Head {
  const { status, reason, until } = outcome;
  if (wasAskedFor) return { conclusion: 'cancelled', title: `Turned back as asked: ${reason}` };
  if (status === 'awaiting-promotion') {
    const at = traffic === undefined ? '' : ` at ${traffic} %`;
    return {
      conclusion: 'action_required',
      title: `A person decides${at}${until === undefined ? '' : `, until ${momentText(until)}`}`,
    };
  }
  return { conclusion: CONCLUSIONS[status], title: `${HEADLINES[status].words}: ${reason}` };
}

function movingTitle(history: History, now: number): string | undefined {
  const back = whyBack(history);
  if (back !== undefined) return `Turning back: ${back}`;
  const standing = standingOf(history);
  if (standing === undefined) return history.begunAt === undefined ? undefined : 'The rollout begins';
  const { look, since } = standing;
  const minutes = Math.floor((now - since) / MINUTE_MS) * MINUTE_MS;
  const long = minutes > 0 ? `, ${formatDuration(minutes)} at this step` : '';
  switch (look.movement) {
    case 'preparing':
      return 'The candidate starts; no user sees it yet';
    case 'baking':
      return `${look.share} % on the candidate, stable is kept for the bake${long}`;
    case 'finishing':
      return `${look.share} % on the candidate, stable goes`;
    case 'ended':
      return `${look.share} % on the candidate, the rollout has ended`;
    default:
      return look.share === 0
        ? `The candidate runs; no user sees it yet${long}`
        : `${look.share} % on the candidate${long}`;
  }
}

function summaryOf(job: LiveJob, { conclusion, title }: Head, now: number): string {
  const { history, ended } = job;
  const reason = ended?.result.outcome.reason ?? '';
  // What the title says in full is not said again.
  const isSaid = title.endsWith(reason) && title.length <= TITLE_LENGTH;
  return [
    ...(conclusion === 'action_required' ? [waysOn(job, true)] : isSaid ? [] : [sentence(reason)]),
    facts(factsOf(job, now)),
    ...gatesOf(history),
    ...deathsOf(history),
    `[The run and its log](${job.runUrl})`,
  ].join('\n\n');
}

function factsOf(job: LiveJob, now: number): (readonly [string, string | undefined])[] {
  const { history, ended } = job;
  // How many tasks there were when it was last looked at says little of how it is now.
  const look = ended === undefined ? standingOf(history)?.look : undefined;
  const { begunAt } = history;
  const begun = begunAt === undefined ? 0 : Math.floor((now - begunAt) / MINUTE_MS) * MINUTE_MS;
  return [
    ['Service', code(`${job.cluster} / ${job.service}`)],
    ['Candidate’s traffic', trafficText(job)],
    ['Steps', stepsText(job)],
    ['Candidate', look && `${look.candidate.running} of ${look.candidate.requested} tasks run`],
    ['Stable', look && `${look.stable.running} tasks run`],
    ['Stage', look && code(look.stage)],
    ['Note', look?.note && plain(look.note)],
    ['Image', ended?.result.image && code(imageText(ended.result.image))],
    ['Task definition', ended?.result.taskDefinitionArn && code(shortArn(ended.result.taskDefinitionArn))],
    ['Took', ended && formatDuration(Math.round(ended.tookMs / 1_000) * 1_000)],
    ['Under way for', ended === undefined && begun > 0 ? formatDuration(begun) : undefined],
  ];
}

/** "✓ 5 % → **25 %** → 50 % → 100 %": what the candidate has left behind, where it stands, what is to come; "↩ 25 %": where it was turned back. */
function stepsText({ history }: LiveJob): string | undefined {
  const share = standingOf(history)?.look.share ?? 0;
  const most = Math.max(0, ...history.changes.map(({ look }) => look.share));
  const steps = history.plan?.steps.filter((step) => step.share > 0) ?? [];
  // Of one step there is nothing to see that the share does not say; a rollout that is only turned back has a plan of one.
  if (steps.length < 2) return undefined;
  return steps
    .map((step) => {
      if (step.share === share) return `**${step.share} %**`;
      if (step.share === most) return `↩ ${step.share} %`;
      return step.share < most ? `✓ ${step.share} %` : `${step.share} %`;
    })
    .join(' → ');
}

const SIGNS = { pass: '✅ pass', fail: '❌ fail', hold: '⏳ hold', error: '⚠️ error' } as const;

/** First what is judged now and what did not pass; what is behind can be unfolded. */
function gatesOf({ gates }: History): string[] {
  const last = gates.at(-1);
  if (last === undefined) return [];
  const isNews = ({ step, verdict }: GateHistory): boolean => step.share === last.step.share || verdict !== 'pass';
  const [news, behind] = [gates.filter(isNews), gates.filter((gate) => !isNews(gate))];
  return [gateTable(news), ...(behind.length === 0 ? [] : [folded('Gates that passed before', gateTable(behind))])];
}

function gateTable(gates: readonly GateHistory[]): string {
  const rows = gates
    .slice(-GATES_SHOWN)
    .map(({ gate, step, verdict, sentence: seen }) => [
      SIGNS[verdict].replace(' ', '\u00a0'),
      code(clip(gateName(gate), 120)),
      stepName(step).replaceAll(' ', '\u00a0'),
      plain(clip(seen, 300)),
    ]);
  return leftTable(['Verdict', 'Gate', 'When', 'Last seen'], rows);
}

function deathsOf({ deaths }: History): string[] {
  if (deaths.length === 0) return [];
  const lines = deaths.slice(0, DEATHS_SHOWN).map(({ death }) => `- ${plain(clip(explainDeath(death), 400))}`);
  const more = deaths.length - lines.length;
  return ['**Tasks that died**', [...lines, ...(more > 0 ? [`- … and ${more} more`] : [])].join('\n')];
}

/** The buttons are not everything: where no workflow hears of them, these two ways are always there. Markdown. */
export function waysOn({ cluster, service, ended }: LiveJob, hasButtons: boolean): string {
  const until = ended?.result.outcome.until;
  const run = (command: string): string =>
    `run this action with ${code(`command: ${command}`)}, ${code(`cluster: ${cluster}`)}, ${code(`service: ${service}`)}`;
  return [
    `- **To go on**: ${hasButtons ? 'the button *Promote*, or ' : ''}${run('promote')}.`,
    `- **To turn back**: ${hasButtons ? 'the button *Roll back*, or ' : ''}${run('rollback')}.`,
    ...(until === undefined ? [] : [`- After ${momentText(until)} it turns back by itself.`]),
    ...(hasButtons
      ? ['', 'Where a button does nothing, no workflow hears of it: start the one for promotions by hand.']
      : []),
  ].join('\n');
}
