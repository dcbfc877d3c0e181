/** The story in words, the tasks that died, and the evidence as it is. */
import { explainDeath } from '../../core/deaths.ts';
import { elapsed } from '../../core/duration.ts';
import { type EndedJob, zeroOf } from '../ended-job.ts';
import { evidenceText } from '../evidence.ts';
import { clipped } from '../foreign-text.ts';
import { type Entry, storyOf } from '../story.ts';
import { html, longText, type Markup, prose } from './markup.ts';
import { folded } from './tables.ts';

/** Beyond these the middle is folded away; beyond the second it is left out. */
const ENTRIES_OPEN = 60;
const MOST_ENTRIES = 140;
const DEATHS_OPEN = 3;
const MOST_DEATHS = 20;
const LONGEST_TEXT = 400;
const LONGEST_LOG_LINE = 400;
const LOGS_SHOWN = 5;
const LONGEST_NAME = 60;
/** Characters of JSON. */
const LONGEST_EVIDENCE = 50_000;

export function storyIn(job: EndedJob): Markup {
  const zero = zeroOf(job);
  const entries = storyOf(job);
  if (entries.length <= ENTRIES_OPEN) return list(entries, zero);
  const half = ENTRIES_OPEN / 2;
  const middle = entries.slice(half, -half);
  const left = middle.length - (MOST_ENTRIES - ENTRIES_OPEN);
  const folds = left > 0 ? `${middle.length} more (the last ${middle.length - left})` : `${middle.length} more`;
  return html`${list(entries.slice(0, half), zero)}${folded(folds, list(left > 0 ? middle.slice(left) : middle, zero))}${list(entries.slice(-half), zero)}`;
}

function list(entries: readonly Entry[], zero: number): Markup {
  return html`<ol class="story">${entries.map(
    ({ at, kind, verdict, title, text }) =>
      html`<li class="${kind} ${verdict ?? ''}"><time>${elapsed(at - zero)}</time><div><strong>${prose(clipped(title, 160))}</strong><p>${prose(clipped(text, LONGEST_TEXT))}</p></div></li>`,
  )}</ol>`;
}

/** Undefined when none died. */
export function deathsIn(job: EndedJob): Markup | undefined {
  const { deaths } = job.history;
  if (deaths.length === 0) return undefined;
  const zero = zeroOf(job);
  const told = deaths.slice(0, MOST_DEATHS).map(({ at, death, logTail }, i) => {
    const log = logTail.map((line) => clipped(line, LONGEST_LOG_LINE)).join('\n');
    return html`<li><p><time>${elapsed(at - zero)}</time> ${clipped(explainDeath(death), LONGEST_TEXT)}</p>${logTail.length === 0 || i >= LOGS_SHOWN ? undefined : html`<details${i === 0 ? html` open` : ''}><summary>Last lines of its log</summary><pre class="log" tabindex="0" aria-label="Last lines of the log"><code>${log}</code></pre></details>`}</li>`;
  });
  const more = deaths.length - told.length;
  const [open, rest] = [told.slice(0, DEATHS_OPEN), told.slice(DEATHS_OPEN)];
  const last = more > 0 ? html`<p>… and ${more} after them.</p>` : undefined;
  const fold = html`<ol class="deaths">${rest}</ol>${last}`;
  return html`<ol class="deaths">${open}</ol>${rest.length > 0 ? folded(`${rest.length + more} more`, fold) : undefined}`;
}

/** Undefined when no gate compared. */
export function evidenceIn({ history, service, cluster, result }: EndedJob): Markup | undefined {
  const text = evidenceText(history, { service, cluster, deployment: result.deploymentArn ?? '' });
  if (text === undefined) return undefined;
  const file = `greenlight-evidence-${clipped(service, LONGEST_NAME)}.json`;
  if (text.length > LONGEST_EVIDENCE) {
    return html`<p>It is too long for this page: the file <code>${file}</code> (output <code>evidence</code>) has it, ${Math.ceil(text.length / 1024)} kB.</p>`;
  }
  return folded(`${file}`, html`<pre tabindex="0" aria-label="Evidence as JSON"><code>${longText(text)}</code></pre>`);
}
