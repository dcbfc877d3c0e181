import { describe, expect, test } from '@jest/globals';
import type { Outcome, Status } from '../../src/core/outcome.ts';
import { lineChart } from '../../src/report/chart-lines.ts';
import { HEADLINES } from '../../src/report/ended-job.ts';
import { NO_HISTORY } from '../../src/report/history.ts';
import { html } from '../../src/report/html/markup.ts';
import { pageOf } from '../../src/report/html/page.ts';
import { keepReport } from '../../src/report/keep-report.ts';
import { rememberingLog } from '../fakes/ports.ts';
import { death, endless, HOSTILE, historyOf, hostile, jobOf, look, planOf, turnedBack, UNFIT } from './_stories.ts';

const VOID = new Set(['meta', 'link', 'br', 'hr', 'img', 'input']);

interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Reads a page strictly: every tag closed in order, every attribute in double quotes, no stray < or &. Throws where it is not so. */
function tagsOf(page: string): readonly Tag[] {
  const tags: Tag[] = [];
  const open: string[] = [];
  const pattern =
    /<!doctype html>|<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*)\s*(\/?)>|([^<]+)/gy;
  let at = 0;
  for (let match = pattern.exec(page); match !== null; match = pattern.exec(page)) {
    at = pattern.lastIndex;
    const [, closes, name, attributes = '', selfClosing, text] = match;
    if (text !== undefined) {
      if (open.at(-1) !== 'style' && /&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) throw new Error(`a bare & in ${text}`);
    } else if (name === undefined) continue;
    else if (closes === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing at ${page.slice(at - 80, at)}`);
    } else {
      const pairs = [...attributes.matchAll(/([a-zA-Z][a-zA-Z0-9-]*)(?:="([^"]*)")?/g)].map(
        ([, key = '', value = '']) => [key, value] as const,
      );
      if (new Set(pairs.map(([key]) => key)).size !== pairs.length)
        throw new Error(`an attribute twice in <${name}${attributes}>`);
      tags.push({ name, attributes: new Map(pairs) });
      if (selfClosing !== '/' && !VOID.has(name)) open.push(name);
    }
  }
  if (at !== page.length) throw new Error(`not HTML: ${page.slice(at, at + 80)}`);
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`);
  return tags;
}

const JOBS = { 'turned back': turnedBack(), hostile: hostile(), endless: endless() };

describe.each(Object.entries(JOBS))('the report of a rollout that is %s', (_, job) => {
  const page = pageOf(job);

  test('is a page whose every tag is closed', () => {
    expect(tagsOf(page).length).toBeGreaterThan(100);
  });

  test('asks nobody for anything, and has no script', () => {
    const tags = tagsOf(page);
    expect(
      tags.filter(({ name }) =>
        [
          'script',
          'link',
          'img',
          'iframe',
          'object',
          'embed',
          'base',
          'form',
          'use',
          'image',
          'foreignObject',
        ].includes(name),
      ),
    ).toEqual([]);
    const attributes = tags.flatMap(({ attributes: all }) => [...all]);
    expect(
      attributes.filter(
        ([name]) => name.startsWith('on') || ['src', 'srcset', 'style', 'xlink:href', 'action'].includes(name),
      ),
    ).toEqual([]);
    expect(attributes.filter(([name, value]) => name === 'href' && !/^#[a-z]+$/.test(value))).toEqual([]);
    expect(page.match(/<style>[\s\S]*?<\/style>/)?.[0]).not.toMatch(/@import|@font-face|url\((?!#hatch\))/);
    expect(
      tags
        .find(({ attributes: all }) => all.get('http-equiv') === 'Content-Security-Policy')
        ?.attributes.get('content'),
    ).toBe("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
  });

  test('is small', () => {
    expect(Buffer.byteLength(page)).toBeLessThan(300_000);
  });

  test('gives no id twice', () => {
    const ids = tagsOf(page).flatMap(({ attributes }) => attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the report', () => {
  test('shows what others wrote as it is, and nothing of it is markup', () => {
    const page = pageOf(hostile());
    expect(page).toContain('&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('&quot;&gt;&lt;img src=x onerror=alert(2)&gt;');
    for (const text of HOSTILE.filter((one) => one.includes('<'))) expect(page).not.toContain(text);
    // Colours of a terminal, characters that turn the line round and halves of characters are gone.
    for (const character of UNFIT) expect(page).not.toContain(character);
    expect(page).toContain('red \ufffd right to left \ufffd nul \ufffd half');
  });

  test('says beside the lines whose they are, and above the marks what was done', () => {
    const page = pageOf(turnedBack());
    for (const id of ['rate', 'errors']) {
      const chart = page.slice(
        page.indexOf(`aria-labelledby="${id}-t`),
        page.indexOf('</figure>', page.indexOf(`aria-labelledby="${id}-t`)),
      );
      const names = [...chart.matchAll(/<text class="name (\w+) wide"[^>]* y="([\d.-]+)"[^>]*>(\w+)<\/text>/g)];
      expect(names.map(([, className, , text]) => [className, text]).sort()).toEqual([
        ['candidate', 'candidate'],
        ['stable', 'stable'],
      ]);
      const [one, other] = names.map(([, , y]) => Number(y));
      expect(Math.abs((one ?? 0) - (other ?? 0))).toBeGreaterThanOrEqual(12);
    }
    const words = [
      ...page.matchAll(/<text class="happened ([a-z- ]+)"[^>]*><title>([^<]*)<\/title>([a-z ]+)<\/text>/g),
    ];
    expect(words.map(([, kind, reason, text]) => [kind, text, reason])).toEqual([
      ['turn-back', 'turn back', 'gate metrics errors failed at 10 %'],
      ['continue', 'go on', 'every gate passed before the shift'],
    ]);
  });

  test('writes a line’s name where no line is: behind its end, or else beside it', () => {
    const chartOf = (stable: readonly number[], candidate: readonly number[]) =>
      lineChart(
        { id: 'x', title: 'x', description: 'x' },
        {
          span: { from: 0, to: 100 },
          ticks: [
            { value: 0, label: '0' },
            { value: 100, label: '100' },
          ],
          marks: [],
          lines: [
            { className: 'stable', points: stable.map((value, i) => ({ at: 2 * i, value })) },
            { className: 'candidate', points: candidate.map((value, i) => ({ at: 2 * i, value })) },
          ],
        },
      ).markup;
    const anchorOf = (chart: string, name: string) =>
      new RegExp(`class="name ${name} wide"[^>]* text-anchor="(\\w+)"`).exec(chart)?.[1];
    const flat = (value: number, count: number) => Array.from({ length: count }, () => value);
    // Far from each other, both have room behind their ends.
    const apart = chartOf(flat(90, 20), flat(10, 30));
    expect([anchorOf(apart, 'stable'), anchorOf(apart, 'candidate')]).toEqual(['start', 'start']);
    // Two lines that end in the same place have their names one above the other.
    const together = chartOf(flat(0, 20), flat(0, 20));
    const [one = 0, other = 0] = [...together.matchAll(/class="name \w+ wide"[^>]* y="([\d.]+)"/g)].map(([, y]) =>
      Number(y),
    );
    expect(Math.abs(one - other)).toBeGreaterThanOrEqual(15);
    // The candidate goes on where stable's name would be.
    expect(anchorOf(chartOf(flat(10, 20), flat(10, 30)), 'stable')).toBe('end');
    // At the edge there is no room.
    expect(anchorOf(chartOf(flat(90, 51), flat(10, 30)), 'stable')).toBe('end');
    // A line that falls to its end has its name below it.
    const falling = Array.from({ length: 51 }, (_, i) => (i < 45 ? 90 : 90 - 6 * (i - 44)));
    const y = Number(/class="name stable wide"[^>]* y="([\d.]+)"/.exec(chartOf(falling, flat(0, 10)))?.[1]);
    expect(y).toBeGreaterThan(16 + 120 * (1 - 0.54));
  });

  test('has one cross where tasks die too fast for a cross each, and says in words how many', () => {
    const died = (count: number) =>
      pageOf(
        jobOf(
          historyOf(planOf([100]), look(0, 0), ...Array.from({ length: count }, (_, i) => death(1 + (8 * i) / count))),
          10,
        ),
      );
    const crosses = (page: string) => [...page.matchAll(/class="death" x="([\d.]+)%"/g)].map(([, x]) => Number(x));
    expect(crosses(died(2))).toEqual([10, 50]);
    const many = crosses(died(100));
    expect(many.length).toBeGreaterThan(10);
    for (const [i, x] of many.entries()) if (i > 0) expect(x - (many[i - 1] ?? 0)).toBeGreaterThanOrEqual(4.5);
    expect(died(100)).toContain('100 tasks died.</desc>');
    expect(died(1)).toContain('One task died.</desc>');
  });

  test('is light on paper, whatever the reader’s screen is', () => {
    const [style = ''] = /<style>[\s\S]*<\/style>/.exec(pageOf(turnedBack())) ?? [];
    expect(style.match(/@media[^{]*prefers-color-scheme[^{]*/g)).toEqual([
      '@media screen and (prefers-color-scheme:dark)',
    ]);
  });

  test('has on a phone as many times below a chart as have room, four to six', () => {
    for (const minutes of [1, 7, 9, 42, 180, 720]) {
      const page = pageOf(jobOf(historyOf(planOf([10, 100]), look(0, 10)), minutes));
      const ticks = (room: string) =>
        [...page.matchAll(new RegExp(`<text class="tick ${room}"[^>]*>([^<]*)`, 'g'))].map(([, text = '']) => text);
      const letters = ticks('narrow').join('').length;
      expect(ticks('narrow').length).toBeGreaterThanOrEqual(3);
      expect(letters).toBeLessThanOrEqual(30);
      expect(ticks('wide').length).toBeGreaterThanOrEqual(ticks('narrow').length);
    }
  });

  test('has short names at its top, and whole ones to copy', () => {
    const image = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/web@sha256:${'0123456789abcdef'.repeat(4)}`;
    const service = 'checkout-'.repeat(28);
    const { result, ...job } = turnedBack();
    const page = pageOf({ ...job, service, result: { ...result, image } });
    const head = page.slice(page.indexOf('<header'), page.indexOf('</header>'));
    expect(head).toContain('>web@0123456789ab<');
    expect(head).not.toContain(service);
    const names = page.slice(page.indexOf('<section id="names"'));
    for (const whole of [image, service]) expect(names).toContain(`<code>${whole}</code>`);
  });

  test.each(Object.keys(HEADLINES) as Status[])('has a head and a next step for an end that is %s', (status) => {
    const end: Outcome = { status, reason: 'it is over', ...(status === 'awaiting-promotion' ? { until: 0 } : {}) };
    const page = pageOf(jobOf(turnedBack().history, 9, { end }));
    expect(page).toContain(`</span>${HEADLINES[status].words}</h1>`);
    expect(page).toContain('It is over.');
    expect(page).toMatch(/<section id="now"[\s\S]*?(command: (promote|rollback|status)|Nothing has to be done)/);
  });

  test('says when to promote and how, first of all', () => {
    const end: Outcome = { status: 'awaiting-promotion', reason: 'a person decides', until: Date.UTC(2026, 4, 5) };
    const page = pageOf(jobOf(turnedBack().history, 9, { end, cluster: 'arn:aws:ecs:x:1:cluster/a b' }));
    expect(page.indexOf('id="now"')).toBeLessThan(page.indexOf('id="course"'));
    expect(page).toContain('command: promote\n    cluster: &quot;arn:aws:ecs:x:1:cluster/a b&quot;\n    service: web');
    expect(page).toContain('Possible until 5 May 2026, 00:00 UTC');
  });

  test('is not written where nothing was rolled out, and is no reason to fail where it cannot be', async () => {
    const lines: string[] = [];
    const log = rememberingLog(lines);
    const ports = (file: () => Promise<string | undefined>) => ({
      log,
      runner: { file, report: async () => {}, save: async () => {} },
    });
    expect(
      await keepReport(
        jobOf(NO_HISTORY, 1),
        ports(async () => '/never'),
      ),
    ).toBeUndefined();
    expect(lines).toEqual([]);
    expect(
      await keepReport(
        turnedBack(),
        ports(async () => undefined),
      ),
    ).toBeUndefined();
    const broken = ports(() => Promise.reject(new Error('no such luck')));
    expect(await keepReport(turnedBack(), broken)).toBeUndefined();
    expect(lines.join('\n')).toMatch(/could not write the report[\s\S]*could not make the report: no such luck/);
  });
});

test('what is put into markup is escaped, but markup itself', () => {
  const inner = html`<b>${'<i>'}</b>`;
  expect(html`<p title="${'"'}">${inner}${[1 / 3, undefined, ['&']]}</p>`.markup).toBe(
    '<p title="&quot;"><b>&lt;i&gt;</b>0.33&amp;</p>',
  );
});
