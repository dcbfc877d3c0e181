/** How it went, in charts over one time: traffic, verdicts, requests, failures. Behind each chart stands its table. */

import { elapsed } from '../../core/duration.ts';
import { stepName } from '../../core/plan.ts';
import {
  type Lane,
  lanesOf,
  type ShareStep,
  shareSteps,
  spanOf,
  turnsOf,
  type VerdictSpan,
  visibleParts,
} from '../chart-data.ts';
import { type Mark, timeRuler } from '../chart-frame.ts';
import type { Rates } from '../chart-rates.ts';
import { shareChart } from '../chart-share.ts';
import { SIGNS, verdictBar } from '../chart-verdicts.ts';
import { type EndedJob, zeroOf } from '../ended-job.ts';
import { clipped } from '../foreign-text.ts';
import type { History } from '../history.ts';
import { html, type Markup } from './markup.ts';
import { type Frame, requests } from './requests.ts';
import { folded, middleOut, scrolling, table } from './tables.ts';

const MOST_MARKS = 60;
const LONGEST_NAME = 120;
const LONGEST_SAYING = 120;

export function courseOf(job: EndedJob, rates: Rates | undefined): Markup {
  const { history } = job;
  const frame: Frame = { span: spanOf(job), zero: zeroOf(job), marks: marksOf(history) };
  const steps = shareSteps(history);
  return html`${legend(history, frame.marks, rates !== undefined)}
${traffic(frame, steps, history)}
${verdicts(frame, lanesOf(history, frame.span.to))}
${rates === undefined ? html`<p class="aside">Requests and failures are not shown: no gate <code>metrics</code> counted them. The chart of the traffic is what was asked for.</p>` : requests(frame, rates)}`;
}

function marksOf(history: History): readonly Mark[] {
  return turnsOf(history).slice(-MOST_MARKS);
}

function legend({ deaths }: History, marks: readonly Mark[], hasRates: boolean): Markup {
  const turned = marks.some(({ kind }) => kind === 'turn-back');
  return html`<ul class="legend" aria-label="Signs in the charts">
<li><span class="swatch candidate" aria-hidden="true"></span>candidate</li>
${hasRates ? html`<li><span class="swatch stable" aria-hidden="true"></span>stable</li>` : undefined}
${marks.some(({ kind }) => kind === 'continue') ? html`<li><span class="rule continue" aria-hidden="true"></span>go on</li>` : undefined}
${turned ? html`<li><span class="rule turn-back" aria-hidden="true"></span>turn back</li>` : undefined}
${deaths.length > 0 ? html`<li><span class="cross" aria-hidden="true">✕</span>${deaths.length === 1 ? 'a task died' : 'tasks died'}</li>` : undefined}
</ul>`;
}

function figure(title: string, chart: Markup, data: Markup | undefined): Markup {
  return html`<figure><figcaption>${title}</figcaption>${chart}${data && folded(`${title}: the numbers`, data)}</figure>`;
}

// ------------------------------------------------------------------ traffic and verdicts

function traffic({ span, zero, marks }: Frame, steps: readonly ShareStep[], history: History): Markup {
  const path = steps.map(({ at, share }) => `${share} % from ${elapsed(at - zero)}`).slice(0, 40);
  const { length } = history.deaths;
  const died = length === 0 ? '' : ` ${length === 1 ? 'One task' : `${length} tasks`} died.`;
  const chart = shareChart(
    {
      id: 'share',
      title: 'Share of traffic',
      description: `The candidate’s share over time: ${path.join(', ')}.${died}`,
    },
    { span, steps, deaths: history.deaths.map(({ at }) => at).toSorted((one, other) => one - other), marks },
  );
  const rows = history.changes.map(({ at, look }) => [
    elapsed(at - zero),
    look.stage,
    `${look.share} %`,
    `${look.candidate.running}/${look.candidate.requested}`,
    String(look.stable.running),
  ]);
  const head = ['Time', 'Stage', 'Candidate’s share', 'Candidate’s tasks', 'Stable’s tasks'];
  return figure('Candidate’s share of the traffic', chart, scrolling('Share of traffic', table(head, middleOut(rows))));
}

function verdicts({ span, zero }: Frame, lanes: readonly Lane[]): Markup | undefined {
  if (lanes.length === 0) return undefined;
  const says = ({ step, verdict, sentence, from }: VerdictSpan): string =>
    `${elapsed(from - zero)} ${stepName(step)}: ${verdict}. ${clipped(sentence, LONGEST_SAYING)}`;
  const bars = lanes.map(({ name, spans }, i) => {
    const told = spans
      .slice(0, 20)
      .map(({ from, verdict, step }) => `${verdict} ${stepName(step)} from ${elapsed(from - zero)}`);
    const bar = verdictBar(
      { id: `lane${i}`, title: `Verdicts of ${clipped(name, LONGEST_NAME)}`, description: `${told.join(', ')}.` },
      span,
      visibleParts(spans, (span.to - span.from) * Math.max(lanes.length / MOST_PARTS, LEAST_PART)).map((part) => ({
        ...part,
        says: says(part),
      })),
    );
    return html`<div class="lane"><p class="lane-name">${clipped(name, LONGEST_NAME)}</p>${bar}</div>`;
  });
  const key = html`<ul class="legend" aria-label="Signs of the verdicts">${(
    ['pass', 'hold', 'fail', 'error'] as const
  ).map(
    (verdict) =>
      html`<li><span class="badge ${verdict}" aria-hidden="true">${SIGNS[verdict]}</span>${VERDICT_WORDS[verdict]}</li>`,
  )}</ul>`;
  return html`<figure><figcaption>Verdicts of the gates</figcaption>${key}${bars}${timeRuler(span)}</figure>`;
}

const VERDICT_WORDS = {
  pass: 'pass',
  hold: 'hold: not enough evidence yet',
  fail: 'fail',
  error: 'error: could not look',
} as const;

/** Narrower than this part of the width, nothing is to be seen on a phone. */
const LEAST_PART = 1 / 50;
/** In all bars together. */
const MOST_PARTS = 150;
