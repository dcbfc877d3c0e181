/** The report: one HTML file that tells a whole rollout and asks nobody for anything. Pure. */
import { spanOf } from '../chart-data.ts';
import { ratesOf } from '../chart-rates.ts';
import { type EndedJob, HEADLINES } from '../ended-job.ts';
import { clipped } from '../foreign-text.ts';
import { courseOf } from './course.ts';
import { comparedOf, gatesOf } from './judged.ts';
import { html, type Markup } from './markup.ts';
import { factsOf, headOf, namesOf, waysOnOf } from './overview.ts';
import { STYLE } from './style.ts';
import { deathsIn, evidenceIn, storyIn } from './told.ts';

interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Markup | undefined;
}

/** No script runs on it and nothing is loaded, whatever stands in a log line. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** What is left out, one after the other, while the page is longer than this (characters). */
const MOST = 280_000;
const SPARE = ['evidence', 'compared', 'story', 'gates', 'course'];
const LONGEST_NAME = 300;

export function pageOf(ended: EndedJob): string {
  const [service, cluster] = [clipped(ended.service, LONGEST_NAME), clipped(ended.cluster, LONGEST_NAME)];
  const job = { ...ended, service, cluster };
  const sections = sectionsOf(job);
  const page = (left: readonly string[]): string =>
    pageWith(
      job,
      sections.filter(({ id }) => !left.includes(id)),
    );
  for (let count = 0; count < SPARE.length; count += 1) {
    const text = page(SPARE.slice(0, count));
    if (text.length <= MOST) return text;
  }
  return page(SPARE);
}

function sectionsOf(job: EndedJob): readonly (Section & { readonly content: Markup })[] {
  const rates = ratesOf(job.history, spanOf(job));
  const { tone } = HEADLINES[job.result.outcome.status];
  const now: Section = { id: 'now', title: 'What to do now', content: waysOnOf(job) };
  const isOpen = tone === 'open';
  return [
    ...(isOpen ? [now] : []),
    { id: 'course', title: 'How it went', content: courseOf(job, rates) },
    { id: 'deaths', title: 'Tasks that died', content: deathsIn(job) },
    { id: 'compared', title: 'Candidate against stable', content: comparedOf(job) },
    { id: 'gates', title: 'Gates', content: gatesOf(job) },
    { id: 'story', title: 'The story', content: storyIn(job) },
    ...(isOpen ? [] : [now]),
    { id: 'names', title: 'Names', content: namesOf(job) },
    { id: 'evidence', title: 'Evidence', content: evidenceIn(job) },
  ].flatMap(({ id, title, content }) => (content === undefined ? [] : [{ id, title, content }]));
}

function pageWith(job: EndedJob, sections: readonly (Section & { readonly content: Markup })[]): string {
  const { result, history, service, endedAt } = job;
  const { words, tone } = HEADLINES[result.outcome.status];
  const rates = ratesOf(history, spanOf(job));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ markup: POLICY }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${words}: ${service}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${PATTERNS}
<header class="${tone}">
${headOf(job)}
${factsOf(job, rates)}
</header>
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main id="main" tabindex="-1">
${sections.map(
  ({
    id,
    title,
    content,
  }) => html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${title}</h2>${content}</section>
`,
)}
</main>
<footer><p>Written by Greenlight on ${new Date(endedAt).toISOString().replace('T', ' ').slice(0, 19)} UTC. Times count from the begin of the rollout.${history.forgotten > 0 ? ` ${history.forgotten} entries of a long rollout are left out.` : ''}</p></footer>
</body>
</html>
`.markup;
}

/** Hatches, so that a verdict is known without its colour. */
const PATTERNS = html`<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/><rect class="hatch-line" width="2" height="6"/></pattern></defs></svg>`;
