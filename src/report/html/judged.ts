/** What the gates said: the matrix of gates and steps, their sentences, the judge's bounds. */

import { elapsed } from '../../core/duration.ts';
import { type Gate, gateName, type Verdict } from '../../core/gate.ts';
import { type Step, stepName } from '../../core/plan.ts';
import { type RatioRow, ratioRows } from '../chart-rates.ts';
import { ratioBar, ratioRuler, ratioScale } from '../chart-ratio.ts';
import { SIGNS } from '../chart-verdicts.ts';
import { type EndedJob, zeroOf } from '../ended-job.ts';
import { COMPARISON_HEAD, comparisonRows } from '../evidence.ts';
import { clipped } from '../foreign-text.ts';
import type { GateHistory, History } from '../history.ts';
import { html, type Markup } from './markup.ts';
import { folded, scrolling, table } from './tables.ts';

const LONGEST_NAME = 120;
const LONGEST_SENTENCE = 600;
const MOST_SAID = 60;
const VERDICTS_SHOWN = 4;
const MOST_RATIOS = 40;

export function badge(verdict: Verdict): Markup {
  return html`<span class="badge ${verdict}"><span aria-hidden="true">${SIGNS[verdict]} </span>${verdict}</span>`;
}

/** A row a gate, a column a step; the steps that the plan had and nobody came to are empty. */
export function gatesOf(job: EndedJob): Markup {
  const { history } = job;
  const steps = stepsOf(history);
  const gates = gatesIn(history);
  if (gates.length === 0) return html`<p>No gate was looked through.</p>`;
  const zero = zeroOf(job);
  const rows = gates.map((gate) => [
    html`<code>${clipped(gateName(gate), LONGEST_NAME)}</code>`,
    ...steps.map((step) => cell(find(history, gate, step), zero)),
  ]);
  const said = history.gates
    .slice(-MOST_SAID)
    .map(
      ({ gate, step, verdict, sentence, looks }) =>
        html`<li>${badge(verdict)} <strong>${clipped(gateName(gate), LONGEST_NAME)}</strong> ${stepName(step)}: ${clipped(sentence, LONGEST_SENTENCE)} <span class="aside">(${looks === 1 ? 'one look' : `${looks} looks`})</span></li>`,
    );
  return html`${scrolling('Verdicts by gate and step', table(['Gate', ...steps.map(stepName)], rows))}
${said.length > 0 ? folded('What each said last', html`<ul class="said">${said}</ul>`) : undefined}`;
}

function stepsOf({ plan, gates }: History): readonly Step[] {
  const steps = [...(plan?.steps ?? []), ...gates.map(({ step }) => step)];
  return [...new Map(steps.map((step) => [step.share, step])).values()].toSorted(
    (one, other) => one.share - other.share,
  );
}

/** Those of the plan that nobody came to as well. */
function gatesIn({ plan, gates }: History): readonly Gate[] {
  const all = [...(plan?.gates ?? []), ...gates.map(({ gate }) => gate)];
  return [...new Map(all.map((gate) => [JSON.stringify(gate), gate])).values()];
}

function find({ gates }: History, gate: Gate, step: Step): GateHistory | undefined {
  const key = JSON.stringify(gate);
  return gates.find((one) => one.step.share === step.share && JSON.stringify(one.gate) === key);
}

/** Its verdicts in order, each with the time since which it held. */
function cell(seen: GateHistory | undefined, zero: number): Markup {
  if (seen === undefined) return html`<span class="aside">not looked</span>`;
  const { verdicts } = seen;
  const shownOnes = verdicts.slice(-VERDICTS_SHOWN);
  const before = verdicts.length - shownOnes.length;
  return html`<ol class="path">${before > 0 ? html`<li class="aside">${before} before</li>` : undefined}${shownOnes.map(
    ({ at, verdict }) => html`<li>${badge(verdict)} <time>${elapsed(at - zero)}</time></li>`,
  )}</ol>`;
}

/** Undefined when nothing was compared. */
export function comparedOf({ history }: EndedJob): Markup | undefined {
  const rows = comparisonRows(history);
  if (rows.length === 0) return undefined;
  const ratios = ratioRows(history).slice(-MOST_RATIOS);
  const numbers = scrolling('Candidate against stable', table(COMPARISON_HEAD, rows));
  return html`${ratios.length > 0 ? ratioChart(ratios) : undefined}${ratios.length > 0 ? folded('Candidate against stable: the numbers', numbers) : numbers}`;
}

function ratioChart(rows: readonly RatioRow[]): Markup {
  const scale = ratioScale(rows);
  const bars = rows.map((row, i) => {
    const { metric, step, verdict, low, high, estimate } = row;
    const name = `${metric} ${stepName(step)}`;
    const words = ratioWords(low, high, estimate);
    return html`<div class="lane"><p class="lane-name">${badge(verdict)} ${name} <span class="aside">${words}</span></p>${ratioBar({ id: `ratio${i}`, title: `Ratio of ${name}`, description: words }, scale, row)}</div>`;
  });
  return html`<figure><figcaption>How many times stable’s share of bad requests the candidate’s is</figcaption>
<p class="aside">The bar is what the judge does not rule out, at any time, with the error budget of its gate; the line is “as stable”${rows.some(({ tolerate }) => tolerate > 1) ? ', the dashed one what the gate tolerates' : ''}.</p>${bars}${ratioRuler(scale)}</figure>`;
}

function ratioWords(low: number, high: number, estimate: number | undefined): string {
  const short = (value: number): string => `${Number(value.toPrecision(2))}`;
  const bounds =
    high === Number.POSITIVE_INFINITY ? `at least ${short(low)} times` : `${short(low)} to ${short(high)} times`;
  return estimate === undefined ? bounds : `${short(estimate)} times, ${bounds}`;
}
