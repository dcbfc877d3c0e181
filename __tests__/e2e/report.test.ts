/**
 * The report of real rollouts, in a real browser: one that is turned back by the judge, one that goes well, one whose tasks die.
 *
 * GREENLIGHT_REPORTS=DIR keeps the reports, the summaries and pictures of them there: docs/images/report-*.png are of those.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import type { ActionResult } from '../../sandbox/runner/run-action.ts';
import { type Chromium, FAULTS, FOCUSED, hasBrowser, startBrowser, type View } from './support/browser.ts';
import { expectEnd } from './support/job.ts';
import { deployJudged, type JudgedWorld, openJudgedWorld } from './support/metrics.ts';
import { STORY_MS } from './support/world.ts';

jest.setTimeout(2 * STORY_MS);

const keepIn = process.env['GREENLIGHT_REPORTS'];

const INPUTS = { strategy: 'linear', steps: '10, 50, 100', 'hold-limit': '3h', 'promote-within': '24h' };
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is the very text that users write.
const HTTP = '- http: { url: "${CANDIDATE_URL}/healthz", times: 3 }';

const VIEWS: readonly View[] = [
  { width: 360, scheme: 'light' },
  { width: 768, scheme: 'light' },
  { width: 1280, scheme: 'light' },
  { width: 360, scheme: 'dark' },
  { width: 1280, scheme: 'dark' },
];

/** A number and its percent sign are kept together. */
const textOf = async (place: Locator): Promise<string> => (await place.textContent())?.replaceAll('\u00a0', ' ') ?? '';

/** Texts of a chart that lie upon each other. */
const OVERLAPS = `[...document.querySelectorAll('svg.chart')].flatMap((chart) => {
  const texts = [...chart.querySelectorAll('text')].map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() })).filter(({ box }) => box.width > 0);
  return texts.flatMap(({ text, box }, i) => texts.slice(i + 1).filter(({ box: other }) => box.left < other.right - 1 && other.left < box.right - 1 && box.top < other.bottom - 3 && other.top < box.bottom - 3).map((other) => text + ' | ' + other.text));
})`;

/** What holds more than it shows. */
const CUT_OFF = `[...document.querySelectorAll('pre, .scroll')].filter((one) => one.getBoundingClientRect().height > 0 && getComputedStyle(one).overflowX !== 'visible' && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)).map((one) => one.outerHTML.slice(0, 80))`;

/** One fault of each kind that is looked for. */
const FAULTY = `<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title><body style="background:#fff">
<h1>One</h1><h3 id="a">Left out</h3><p id="a" style="color:#999">pale</p>${'<p>text</p>'.repeat(30)}<pre>x</pre>
<div style="width:2000px">wide</div><img alt="" src="http://127.0.0.1:9/x.png"><script>console.error('oh')</script></body></html>`;

(hasBrowser ? test : test.skip)('what the browser is asked finds faults where there are any', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-faulty-'));
  const browser = await startBrowser();
  try {
    const path = join(folder, 'faulty.html');
    await writeFile(path, FAULTY);
    const { page, requests, complaints } = await browser.open(path, { width: 800, scheme: 'light' });
    expect(await page.evaluate(FAULTS.width)).toEqual([expect.stringMatching(/^the page is 20\d\d px wide on 800/)]);
    expect(await page.evaluate(FAULTS.contrast)).toEqual([expect.stringMatching(/^2\.85: P\. pale/)]);
    const structure = (await page.evaluate(FAULTS.structure)) as readonly string[];
    expect(structure).toEqual(
      expect.arrayContaining([
        'id twice: a',
        'heading level left out before Left out',
        'not one main',
        'cannot be scrolled by keyboard: <pre>x</pre>',
      ]),
    );
    expect(requests).toEqual(['http://127.0.0.1:9/x.png']);
    expect(complaints).toContain('oh');
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
});

(hasBrowser ? describe : describe.skip)('the report of', () => {
  let world: JudgedWorld;
  let browser: Chromium;
  let folder: string;
  beforeAll(async () => {
    folder = keepIn ?? (await mkdtemp(join(tmpdir(), 'greenlight-reports-')));
    await mkdir(folder, { recursive: true });
    [browser, world] = await Promise.all([
      startBrowser(),
      openJudgedWorld({ failuresBecause: 'a version that fails a share of its requests, to be told of in a report' }),
    ]);
  });
  afterAll(async () => {
    await world?.close();
    await browser?.close();
    if (keepIn === undefined && folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  /** The report that the job has left, as a file that is still there. */
  const keep = async (name: string, result: ActionResult): Promise<string> => {
    const text = result.files[result.outputs['report'] ?? ''];
    if (text === undefined) throw new Error(`no report, but ${Object.keys(result.files).join(', ')}`);
    expect(result.outputs['report']).toMatch(/\/greenlight-report-web\.html$/);
    expect(result.warnings.filter((line) => line.includes('report'))).toEqual([]);
    expect(Buffer.byteLength(text)).toBeLessThan(300_000);
    const path = join(folder, `${name}.html`);
    await writeFile(path, text);
    await writeFile(join(folder, `${name}.md`), result.summary);
    return path;
  };

  /** In every view: nothing asked for, nothing complained of, nothing too wide, nothing that cannot be read. */
  const expectFit = async (name: string, path: string): Promise<void> => {
    for (const view of VIEWS) {
      const opened = await browser.open(path, view);
      const { page } = opened;
      // What is folded away has to fit as well.
      for (const open of [false, true]) {
        if (open) await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`);
        const found = {
          width: await page.evaluate(FAULTS.width),
          structure: await page.evaluate(FAULTS.structure),
          contrast: await page.evaluate(FAULTS.contrast),
          overlaps: await page.evaluate(OVERLAPS),
        };
        expect({ ...view, open, ...found }).toEqual({
          ...view,
          open,
          width: [],
          structure: [],
          contrast: [],
          overlaps: [],
        });
        if (!open && keepIn !== undefined) {
          await page.screenshot({ path: join(folder, `${name}-${view.width}-${view.scheme}.png`), fullPage: true });
        }
      }
      // On paper nothing is cut off that could be scrolled to on a screen, and nobody can follow a link.
      await page.emulateMedia({ media: 'print' });
      expect({ ...view, cut: await page.evaluate(CUT_OFF) }).toEqual({ ...view, cut: [] });
      expect(await page.locator('nav').isVisible()).toBe(false);
      expect({ requests: opened.requests, complaints: opened.complaints }).toEqual({ requests: [], complaints: [] });
      await opened.close();
    }
  };

  test('a version that the judge turns back tells how many users met it, and is read on every screen', async () => {
    const { result } = await deployJudged(
      world,
      { failPercent: 5, failsAtRandom: true },
      { ...INPUTS, hold: '40s', gates: `- targets\n- metrics: { warm-up: 0s }\n${HTTP}` },
    );
    expectEnd(result, 2, 'rolled-back');
    const path = await keep('judge', result);
    await expectFit('judge', path);

    const { page, close } = await browser.open(path, { width: 1280, scheme: 'light' });
    expect(await page.locator('h1').textContent()).toContain('Rolled back');
    expect(await textOf(page.locator('.reason'))).toBe(
      `${result.outputs['reason']}.`.replace(/^gate/, 'The gate').replace(' at 10 %:', ' at 10 % of the traffic:'),
    );
    expect(await page.locator('.reason code').textContent()).toBe('metrics errors');
    const captions = await page.locator('figcaption').allTextContents();
    for (const caption of [
      'Candidate’s share of the traffic',
      'Verdicts of the gates',
      'Requests a second',
      'Failed requests',
    ]) {
      expect(captions).toContain(caption);
    }
    // Both versions have a line in each of the two, and the way back is marked.
    for (const id of ['rate', 'errors']) {
      const chart = page.locator(`svg[aria-labelledby^="${id}-t"]`);
      expect(await chart.locator('path.line').count()).toBe(2);
      for (const path of await chart.locator('path.line').all())
        expect(await path.getAttribute('d')).toMatch(/^M[\d.]+ [\d.]+/);
      expect(await chart.locator('line.mark.turn-back').count()).toBe(1);
      expect((await chart.locator('text.name:visible').allTextContents()).toSorted()).toEqual(['candidate', 'stable']);
    }
    expect(await page.locator('text.happened.turn-back').textContent()).toMatch(/turn back$/);
    expect(await page.locator('.lane .verdict.fail').count()).toBeGreaterThan(0);
    expect(await textOf(page.locator('.story li.turn-back p'))).toBe(`${result.outputs['reason']}.`.replace(/^g/, 'G'));
    await close();
  });

  test('a version that goes all the way says how to turn it back, and can be read with the keyboard alone', async () => {
    const { result } = await deployJudged(
      world,
      {},
      { ...INPUTS, hold: '6s', gates: `- targets\n- metrics: { latency: 900ms, warm-up: 0s }\n${HTTP}` },
    );
    expectEnd(result, 0, 'succeeded');
    const path = await keep('good', result);
    await expectFit('good', path);

    const { page, close } = await browser.open(path, { width: 768, scheme: 'light' });
    expect(await page.locator('#now pre').textContent()).toBe(
      '- uses: OWNER/greenlight@v0\n  with:\n    command: rollback\n    cluster: demo\n    service: web',
    );
    // The first key leads to the content, the rest in the order of the page, each to be seen.
    await page.keyboard.press('Tab');
    expect(await page.evaluate(FOCUSED)).toMatchObject({ name: 'A Skip to the content', isSeen: true });
    await page.keyboard.press('Enter');
    expect(await page.evaluate(FOCUSED)).toMatchObject({ id: 'main' });
    const places: number[] = [];
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab');
      const focused = (await page.evaluate(FOCUSED)) as { place: number; isSeen: boolean; name: string } | undefined;
      if (focused === undefined || focused.place < (places.at(-1) ?? 0)) break;
      expect(focused).toMatchObject({ isSeen: true });
      places.push(focused.place);
    }
    const reachable = await page.locator('main summary:visible, main [tabindex="0"]:visible').count();
    expect(places.length).toBe(reachable);
    // A table that was folded away opens by a key.
    await page.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('details').first().getAttribute('open')).toBe('');
    await close();
  });

  test('a version whose tasks die shows their last words', async () => {
    const { image, version } = await world.push({ crashAfterMs: 1, exitCode: 42 });
    const result = await world.deploy({ image, gates: '- targets' });
    expectEnd(result, 2, 'rolled-back');
    const path = await keep('crash', result);
    await expectFit('crash', path);
    const { page, close } = await browser.open(path, { width: 360, scheme: 'dark' });
    expect(await page.locator('#deaths').textContent()).toContain(`FATAL version ${version} ends with exit code 42`);
    expect(await page.locator('#course').textContent()).toContain('no gate metrics counted them');
    await close();
  });
});
