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
import { clip, code, plain, sentence, table } from './github-markdown.ts';
import type { History } from './history.ts';
import { type EndedLive, type LiveJob, openQuestion, standingOf, whyBack } from './live.ts';

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
/** GitHub takes 65,535 characters; nobody reads so many. */
const SUMMARY_LENGTH = 20_000;
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
    summary: clip(summaryOf(job, conclusion, now), SUMMARY_LENGTH),
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
    const until = new Date(question.until).toISOString().slice(0, 16).replace('T', ' ');
    return { conclusion: 'action_required', title: `A person decides ${stepName(question.step)}, until ${until} UTC` };
  }
  return { conclusion: undefined, title: movingTitle(history, now) ?? BEFORE[command] };
}

const BEFORE = {
  deploy: 'Getting ready: nothing has changed on the service yet',
  promote: 'Looking for the rollout to go on with',
  rollback: 'Looking for what to turn back',
} as const;

function endOf({ result: { outcome, traffic }, wasAskedFor }: EndedLive): Head {
  const { status, reason } = outcome;
  if (wasAskedFor) return { conclusion: 'cancelled', title: `Turned back as asked: ${reason}` };
  if (status === 'awaiting-promotion') {
    return { conclusion: 'action_required', title: `A person decides${shareWords(traffic)}` };
  }
  return { conclusion: CONCLUSIONS[status], title: `${HEADLINES[status].words}: ${reason}` };
}

function shareWords(traffic: number | undefined): string {
  return traffic === undefined ? '' : ` at ${traffic} %`;
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

function summaryOf(job: LiveJob, conclusion: Conclusion | undefined, now: number): string {
  const { history, ended } = job;
  return [
    ...(ended === undefined ? [] : [sentence(ended.result.outcome.reason)]),
    table(['', ''], factsOf(job, now)),
    ...gatesOf(history),
    ...deathsOf(history),
    ...(conclusion === 'action_required' ? [waysOn(job)] : []),
    `[The run and its log](${job.runUrl})`,
  ].join('\n\n');
}

function factsOf(job: LiveJob, now: number): string[][] {
  const { history, ended } = job;
  const look = standingOf(history)?.look;
  const share = ended?.result.traffic ?? look?.share;
  const { plan, begunAt } = history;
  const begun = begunAt === undefined ? undefined : Math.floor((now - begunAt) / MINUTE_MS) * MINUTE_MS;
  const rows: [string, string | undefined][] = [
    ['Service', code(`${job.cluster} / ${job.service}`)],
    ['Candidate’s traffic', share === undefined ? undefined : `**${share} %**`],
    ['Steps', plan?.steps.flatMap((step) => (step.share > 0 ? [`${step.share} %`] : [])).join(' → ')],
    ['Candidate', look && `${look.candidate.running} of ${look.candidate.requested} tasks run`],
    ['Stable', look && `${look.stable.running} tasks run`],
    ['Stage', look && code(look.stage)],
    ['Note', look?.note && plain(look.note)],
    ['Image', ended?.result.image && code(ended.result.image)],
    ['Task definition', ended?.result.taskDefinitionArn && code(shortArn(ended.result.taskDefinitionArn))],
    ['Took', ended && formatDuration(Math.round(ended.tookMs / 1_000) * 1_000)],
    ['Since', ended !== undefined || begun === undefined || begun === 0 ? undefined : formatDuration(begun)],
  ];
  return rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[`**${name}**`, value]]));
}

const SIGNS = { pass: '✅ pass', fail: '❌ fail', hold: '⏳ hold', error: '⚠️ error' } as const;

function gatesOf({ gates }: History): string[] {
  if (gates.length === 0) return [];
  const rows = gates
    .slice(-GATES_SHOWN)
    .map(({ gate, step, verdict, sentence: seen }) => [
      code(clip(gateName(gate), 120)),
      stepName(step),
      SIGNS[verdict],
      plain(clip(seen, 300)),
    ]);
  return [table(['Gate', 'When', 'Verdict', 'Last seen'], rows)];
}

function deathsOf({ deaths }: History): string[] {
  if (deaths.length === 0) return [];
  const lines = deaths.slice(0, DEATHS_SHOWN).map(({ death }) => `- ${plain(clip(explainDeath(death), 400))}`);
  const more = deaths.length - lines.length;
  return [['Tasks that died:', '', ...lines, ...(more > 0 ? [`- … and ${more} more`] : [])].join('\n')];
}

/** The buttons are not everything: where no workflow hears of them, these two ways are always there. */
function waysOn({ cluster, service, ended }: LiveJob): string {
  const until = ended?.result.outcome.until;
  const end = until === undefined ? '' : ` After ${new Date(until).toISOString()} it turns back by itself.`;
  const run = (command: string): string =>
    `run this action with ${code(`command: ${command}`)}, ${code(`cluster: ${cluster}`)}, ${code(`service: ${service}`)}`;
  return [
    `A person decides.${end}`,
    '',
    `- To go on: the button **Promote**, or ${run('promote')}.`,
    `- To turn back: the button **Roll back**, or ${run('rollback')}.`,
    '',
    'Where a button does nothing, no workflow hears of it: start the one for promotions by hand.',
  ].join('\n');
}
