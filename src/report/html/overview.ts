/** The top of the page: how it ended, why, the facts, and what can be done now. */
import { shortArn } from '../../core/arn.ts';
import { type Rates, shareSteps, totalsOf } from '../chart-data.ts';
import { asSentence, type EndedJob, HEADLINES, waysOn, zeroOf } from '../ended-job.ts';
import { clipped } from '../foreign-text.ts';
import { elapsed } from '../rollout-log.ts';
import { html, type Markup, prose } from './markup.ts';

const SIGNS = { good: '✓', bad: '↩', open: '…' } as const;
const LONGEST_REASON = 3_000;

export function headOf(job: EndedJob): Markup {
  const { status, reason } = job.result.outcome;
  const { words, tone } = HEADLINES[status];
  const sign = status === 'rolled-back' ? '↩' : tone === 'bad' ? '✕' : SIGNS[tone];
  return html`<p class="place"><span>${job.cluster}</span> / <strong>${job.service}</strong></p>
<h1><span class="seal ${tone}" aria-hidden="true">${sign}</span>${words}</h1>
<p class="reason">${prose(asSentence(clipped(reason, LONGEST_REASON)))}</p>`;
}

export function factsOf(job: EndedJob, rates: Rates | undefined): Markup {
  const { result, history } = job;
  const highest = Math.max(0, ...shareSteps(history).map(({ share }) => share));
  const seen = rates && totalsOf(rates.candidate);
  return html`<dl class="facts">
${fact('Candidate', version(result.taskDefinitionArn), 'candidate')}
${fact('Stable', version(result.previousTaskDefinitionArn), 'stable')}
${fact('Took', elapsed(job.endedAt - zeroOf(job)))}
${fact('Candidate’s traffic', result.traffic === undefined ? '–' : highest > result.traffic ? `${result.traffic} % now, ${highest} % at most` : `${result.traffic} %`)}
${seen === undefined || seen.requests === 0 ? undefined : fact('Counted on the candidate', `${count(seen.requests)} requests${badly(seen.errors, seen.requests, 'failed')}${badly(seen.slow, seen.requests, 'slow')}`)}
</dl>`;
}

function version(arn: string | undefined): string {
  return arn === undefined ? 'not known' : shortArn(arn);
}

function fact(name: string, value: string, swatch?: 'candidate' | 'stable'): Markup {
  return html`<div><dt>${swatch && html`<span class="swatch ${swatch}" aria-hidden="true"></span>`}${name}</dt><dd>${prose(value)}</dd></div>`;
}

function badly(bad: number | undefined, requests: number, word: string): string {
  if (bad === undefined || (bad === 0 && word === 'slow')) return '';
  return bad === 0
    ? `, none ${word}`
    : `, ${count(bad)} ${word} (${Number(((100 * bad) / requests).toPrecision(2))} %)`;
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
    }) => html`<div class="way"><h3>${title}</h3><p>${why}</p><pre tabindex="0" aria-label="${title}: the step's inputs"><code>- uses: OWNER/greenlight@v0
  with:
${inputs.map((input) => `    ${input}`).join('\n')}</code></pre></div>`,
  );
  return html`<p>As a step of a workflow, with the AWS role and <code>OWNER</code> of the one that deployed.</p><div class="ways">${steps}</div>`;
}

/** Everything by its full name, to copy. */
export function namesOf({ result, cluster, service }: EndedJob): Markup {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Cluster', cluster],
    ['Service', service],
    ['Image', result.image],
    ['Candidate’s task definition', result.taskDefinitionArn],
    ['Stable’s task definition', result.previousTaskDefinitionArn],
    ['Deployment', result.deploymentArn],
  ];
  const known = rows.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [html`<div><dt>${name}</dt><dd><code>${value}</code></dd></div>`],
  );
  return html`<dl class="names">${known}</dl>`;
}
