/** The top of the page: how it ended, why, the facts, and what can be done now. */
import { shortArn } from '../../core/arn.ts';
import { elapsed } from '../../core/duration.ts';
import { shareSteps } from '../chart-data.ts';
import { type Rates, type Totals, totalsOf } from '../chart-rates.ts';
import {
  dateOf,
  type EndedJob,
  HEADLINES,
  shortImage,
  usesOf,
  waysOn,
  wholeNames,
  whyOf,
  zeroOf,
} from '../ended-job.ts';
import { clipped } from '../foreign-text.ts';
import { html, type Markup, prose } from './markup.ts';

const SIGNS = { good: '✓', bad: '↩', open: '…' } as const;
const LONGEST_REASON = 3_000;
const LONGEST_NAME = 90;
const LONGEST_GATE = 160;

export function headOf(job: EndedJob): Markup {
  const { status } = job.result.outcome;
  const { words, tone } = HEADLINES[status];
  const sign = status === 'rolled-back' ? '↩' : tone === 'bad' ? '✕' : SIGNS[tone];
  const { before, gate, after } = whyOf(job);
  const named = gate === undefined ? undefined : html`<code>${clipped(gate, LONGEST_GATE)}</code>`;
  return html`<p class="place"><span>${clipped(job.cluster, LONGEST_NAME)}</span> / <strong>${clipped(job.service, LONGEST_NAME)}</strong></p>
<h1><span class="seal ${tone}" aria-hidden="true">${sign}</span>${words}</h1>
<p class="reason">${prose(before)}${named}${prose(clipped(after, LONGEST_REASON))}</p>`;
}

export function factsOf(job: EndedJob, rates: Rates | undefined): Markup {
  const { result, history } = job;
  const { traffic } = result;
  const highest = Math.max(0, ...shareSteps(history).map(({ share }) => share));
  const seen = rates && totalsOf(rates.candidate);
  const was = traffic !== undefined && highest > traffic ? `${highest} % at most` : undefined;
  return html`<dl class="facts">
${fact('Candidate', version(result.taskDefinitionArn), result.image && shortImage(result.image), 'candidate')}
${fact('Its traffic', traffic === undefined ? 'not known' : `${traffic} %`, was)}
${seen === undefined || seen.requests === 0 ? undefined : fact('Its requests', count(seen.requests), badly(seen))}
${fact('Stable', version(result.previousTaskDefinitionArn), traffic === undefined ? undefined : `serves ${100 - traffic} % now`, 'stable')}
${fact('Took', elapsed(job.endedAt - zeroOf(job)), `until ${dateOf(job.endedAt)}`)}
</dl>`;
}

function version(arn: string | undefined): string {
  return arn === undefined ? 'not known' : shortArn(arn);
}

/** What it is, and beside it what is of less weight. */
function fact(name: string, value: string, note: string | undefined, swatch?: 'candidate' | 'stable'): Markup {
  return html`<div><dt>${swatch && html`<span class="swatch ${swatch}" aria-hidden="true"></span>`}${name}</dt><dd>${prose(clipped(value, LONGEST_NAME))}${note && html`<span class="note">${prose(clipped(note, LONGEST_NAME))}</span>`}</dd></div>`;
}

/** "11 failed (6 %), 2 slow (1.1 %)" */
function badly({ requests, errors, slow }: Totals): string | undefined {
  const part = (bad: number | undefined, word: string): readonly string[] => {
    // That none was slow is told where nothing else is.
    if (bad === undefined || (bad === 0 && word === 'slow' && errors !== undefined)) return [];
    return [
      bad === 0 ? `none ${word}` : `${count(bad)} ${word} (${Number(((100 * bad) / requests).toPrecision(2))} %)`,
    ];
  };
  const parts = [...part(errors, 'failed'), ...part(slow, 'slow')];
  return parts.length === 0 ? undefined : parts.join(', ');
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function waysOnOf(job: EndedJob): Markup | undefined {
  const ways = waysOn(job);
  const { status } = job.result.outcome;
  if (ways.length === 0) {
    return html`<p>Nothing has to be done: ${status === 'unchanged' ? 'nothing was changed' : 'stable serves all traffic'}.</p>`;
  }
  const steps = ways.map(
    ({
      title,
      why,
      inputs,
    }) => html`<div class="way"><h3>${title}</h3><p>${why}</p><pre tabindex="0" aria-label="${title}: the step's inputs"><code>- ${usesOf(job)}
  with:
${inputs.map((input) => `    ${input}`).join('\n')}</code></pre></div>`,
  );
  return html`<p>As a step of a workflow, with the AWS role and <code>OWNER</code> of the one that deployed.</p><div class="ways">${steps}</div>`;
}

/** Everything by its full name, to copy. */
export function namesOf(job: EndedJob): Markup {
  const known = wholeNames(job).map(([what, name]) => html`<div><dt>${what}</dt><dd><code>${name}</code></dd></div>`);
  return html`<dl class="names">${known}</dl>`;
}
