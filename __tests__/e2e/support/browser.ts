/**
 * A real browser, where the machine has one: Chromium, off line. GREENLIGHT_CHROMIUM names the program, else it is looked for on the
 * PATH (.ci/chromium.sh gets it).
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

function findProgram(): string | undefined {
  const given = process.env['GREENLIGHT_CHROMIUM'];
  const places = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = given ? [given] : NAMES.flatMap((name) => places.map((place) => join(place, name)));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const program = findProgram();
if (program === undefined) {
  const reason = 'no chromium on the PATH; .ci/chromium.sh start gets it';
  if (process.env['GREENLIGHT_REQUIRE_CHROMIUM'] === '1') {
    throw new Error(`GREENLIGHT_REQUIRE_CHROMIUM is set, but ${reason}`);
  }
  process.stderr.write(`skipped: the report in a real browser (${reason})\n`);
}
export const hasBrowser = program !== undefined;

export interface View {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

/** A page as somebody has it before him. */
export interface Opened {
  readonly page: Page;
  /** What it wanted from anywhere, itself apart. */
  readonly requests: readonly string[];
  /** Errors and warnings of its console. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export interface Chromium {
  /** A file, off line. */
  open(path: string, view: View): Promise<Opened>;
  close(): Promise<void>;
}

export async function startBrowser(): Promise<Chromium> {
  // Of its own sandbox root may make no use; what is opened is ours, and there is no network.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'];
  const browser: Browser = await chromium.launch({ executablePath: program ?? '', args });
  return {
    async open(path, { width, scheme }) {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: scheme,
        reducedMotion: 'reduce',
        offline: true,
      });
      const page = await context.newPage();
      const url = `file://${path}`;
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => {
        if (request.url() !== url) requests.push(request.url());
      });
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(url, { waitUntil: 'load' });
      return { page, requests, complaints, close: () => context.close() };
    },
    close: () => browser.close(),
  };
}

/** Run in the page, as text: this repository's types are Node's. Each gives what is wrong, in sentences; nothing is []. */
export const FAULTS = {
  /** Wider than the screen. */
  width: `(() => {
    const wide = document.documentElement.scrollWidth, screen = innerWidth;
    if (wide <= screen) return [];
    const far = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > screen + 1 && !one.closest('.scroll, pre'));
    return ['the page is ' + wide + ' px wide on ' + screen + ': ' + far.slice(0, 5).map((one) => one.tagName + '.' + (one.className.baseVal ?? one.className)).join(', ')];
  })()`,
  /** Ids twice, references to nothing, headings that leave out a level, pictures and regions without a name. */
  structure: `(() => {
    const faults = [];
    const all = (selector) => [...document.querySelectorAll(selector)];
    const ids = all('[id]').map((one) => one.id);
    for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) faults.push('id twice: ' + id);
    const known = new Set(ids);
    for (const one of all('[aria-labelledby]')) for (const id of one.getAttribute('aria-labelledby').split(' ')) if (!known.has(id)) faults.push('no such id: ' + id);
    for (const one of all('a[href]')) if (!known.has(one.getAttribute('href').slice(1))) faults.push('leads nowhere: ' + one.outerHTML);
    const levels = all('h1, h2, h3, h4').map((one) => Number(one.tagName[1]));
    if (levels.filter((level) => level === 1).length !== 1) faults.push('not one h1');
    levels.forEach((level, i) => { if (i > 0 && level > levels[i - 1] + 1) faults.push('heading level left out before ' + all('h1, h2, h3, h4')[i].textContent); });
    for (const landmark of ['header', 'nav', 'main', 'footer']) if (all(landmark).length !== 1) faults.push('not one ' + landmark);
    for (const one of all('svg:not([aria-hidden])')) if (one.getAttribute('role') === 'img' ? !(one.querySelector('title')?.textContent && one.querySelector('desc')?.textContent) : !one.parentElement.closest('svg')) faults.push('a picture without words');
    for (const one of all('.scroll, pre')) if (one.tabIndex !== 0 || !one.getAttribute('aria-label')) faults.push('cannot be scrolled by keyboard: ' + one.outerHTML.slice(0, 80));
    for (const one of all('th')) if (!one.hasAttribute('scope')) faults.push('th without scope');
    if (!document.documentElement.lang || !document.title) faults.push('no language or title');
    return faults;
  })()`,
  /** Text whose contrast with what is behind it is below 4.5 (WCAG 2.2, 1.4.3). */
  contrast: `(() => {
    const rgba = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return { r, g, b, a }; };
    const over = (top, below) => ({ r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1 });
    const channel = (value) => { const part = value / 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; };
    const light = ({ r, g, b }) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const contrast = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
    const ground = (element) => {
      const layers = [];
      for (let one = element; one; one = one.parentElement) layers.push(rgba(getComputedStyle(one).backgroundColor));
      return layers.reverse().reduce((below, layer) => over(layer, below), { r: 255, g: 255, b: 255, a: 1 });
    };
    const fill = (element) => rgba(getComputedStyle(element).fill);
    const behind = (element) => {
      const below = ground(element);
      if (!(element instanceof SVGElement)) return [below];
      const bar = element.parentElement.querySelector(':scope > rect.verdict');
      if (bar) return getComputedStyle(bar).fill.startsWith('url') ? ['.hatch-ground', '.hatch-line'].map((one) => fill(document.querySelector(one))) : [over(fill(bar), below)];
      const area = element.closest('svg').querySelector('.area');
      return area ? [below, over(fill(area), below)] : [below];
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const seen = new Set();
    const faults = [];
    let texts = 0;
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (walker.currentNode.textContent.trim() === '' || seen.has(element) || element.closest('title, desc, style')) continue;
      seen.add(element);
      texts += 1;
      const ink = element instanceof SVGElement ? fill(element) : rgba(getComputedStyle(element).color);
      for (const back of behind(element)) {
        const ratio = contrast(over(ink, back), back);
        if (ratio < 4.5) faults.push(ratio.toFixed(2) + ': ' + element.tagName + '.' + (element.className.baseVal ?? element.className) + ' ' + element.textContent.trim().slice(0, 30));
      }
    }
    return texts < 20 ? ['only ' + texts + ' texts'] : faults;
  })()`,
} as const;

/** What has the focus now, and whether it can be seen; undefined: nothing. */
export const FOCUSED = `(() => {
  const one = document.activeElement;
  if (one === null || one === document.body) return undefined;
  const place = [...document.querySelectorAll('*')].indexOf(one);
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return { place, name: one.tagName + ' ' + one.textContent.trim().slice(0, 40), id: one.id, isSeen: box.width > 0 && box.height > 0 && box.left >= 0 && (style.outlineStyle !== 'none' || one.id === 'main') };
})()`;
