import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Gate } from '../../src/core/gate.ts';
import { timeTicks, valueTicks } from '../../src/report/chart-axis.ts';
import { lanesOf, shareSteps, spanOf, turnsOf } from '../../src/report/chart-data.ts';
import { ganttOf } from '../../src/report/chart-gantt.ts';
import { rateOf, ratesOf, ratioRows, totalsOf } from '../../src/report/chart-rates.ts';
import { badChartOf, rateChartOf, shareChartOf } from '../../src/report/chart-xy.ts';
import {
  BEGAN,
  decision,
  endless,
  evidence,
  historyOf,
  hostile,
  jobOf,
  look,
  METRICS,
  MINUTE,
  planOf,
  reading,
  turnedBack,
} from './_stories.ts';

const minuteOf = (at: number): number => (at - BEGAN) / MINUTE;

describe('the data of the charts', () => {
  test('have a gate’s verdicts one after the other, the last at a step until the share is another', () => {
    const job = turnedBack();
    const lanes = lanesOf(job.history, job.endedAt);
    expect(
      lanes.map(({ name, spans }) => [
        name,
        spans.map(({ verdict, from, to }) => [verdict, minuteOf(from), minuteOf(to)]),
      ]),
    ).toEqual([
      [
        'targets',
        [
          ['pass', 1, 2],
          ['pass', 3, 9],
        ],
      ],
      [
        'metrics errors',
        [
          ['hold', 3, 8],
          ['fail', 8, 9],
        ],
      ],
    ]);
  });

  test('have the candidate’s minutes from its first users on, and none that is not settled', () => {
    const job = turnedBack();
    const rates = ratesOf(job.history, spanOf(job));
    // Users since minute 2; seen in minute 8, by when minute 6 is the newest that is over for a minute.
    expect(rates?.candidate.map(({ from }) => minuteOf(from))).toEqual([2, 3, 4, 5, 6]);
    expect(rates?.stable.map(({ from }) => minuteOf(from))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(totalsOf(rates?.candidate ?? [])).toEqual({ requests: 300, errors: 15, slow: undefined });
  });

  test('put the minutes of many hours together without losing a request', () => {
    const job = jobOf(
      historyOf(
        planOf([10, 100]),
        look(0, 10),
        reading(720, 'pass', 10, { gate: METRICS, evidence: evidence(0, 720, 1) }),
      ),
      720,
    );
    const rates = ratesOf(job.history, spanOf(job));
    expect(rates?.candidate.length).toBeLessThanOrEqual(150);
    expect(totalsOf(rates?.candidate ?? [])).toEqual({ requests: 719 * 60, errors: 719, slow: undefined });
    // The last ones are not fewer a second because their bin is not full.
    for (const bin of rates?.candidate ?? []) expect(rateOf(bin)).toBeCloseTo(1, 6);
  });

  test('are none where no gate compared, or where its evidence is of no form that is known', () => {
    for (const seen of [undefined, 'text', { seen: { minutes: { candidate: [{ start: 'x' }, null], stable: 3 } } }]) {
      const job = jobOf(
        historyOf(planOf([100]), look(0, 10), reading(1, 'pass', 10, { gate: METRICS, evidence: seen })),
        2,
      );
      expect(ratesOf(job.history, spanOf(job))).toBeUndefined();
      expect(ratioRows(job.history)).toEqual([]);
    }
  });

  test('tell of the steps of the plan and not of the shares that are only passed by', () => {
    const history = historyOf(
      planOf([10, 30, 100]),
      look(0, 10),
      decision(1, 'advance', 'every gate passed at 10 %'),
      look(2, 20),
      decision(2.5, 'advance', '20 % is on the way'),
      look(3, 30),
      decision(4, 'turn-back', 'alarm'),
    );
    expect(shareSteps(history).map(({ share }) => share)).toEqual([10, 20, 30]);
    expect(turnsOf(history).map(({ kind, reason }) => [kind, reason])).toEqual([
      ['continue', 'every gate passed at 10 %'],
      ['turn-back', 'alarm'],
    ]);
  });
});

describe('an axis', () => {
  test('of time has at most so many round ticks, the first at 0', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 40 * 24 * 3_600_000 }),
        fc.integer({ min: 3, max: 9 }),
        (long, most) => {
          const ticks = timeTicks(long, most);
          expect(ticks[0]?.value).toBe(0);
          expect(ticks.length).toBeLessThanOrEqual(most);
          expect(ticks.at(-1)?.value ?? 0).toBeLessThanOrEqual(long);
        },
      ),
    );
  });

  test('of values reaches the highest one in two to five round ticks', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (highest) => {
        const ticks = valueTicks(highest);
        expect(ticks.at(-1)?.value ?? 0).toBeGreaterThanOrEqual(highest * 0.999999);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }),
    );
    expect(valueTicks(0, ' %').map(({ label }) => label)).toEqual(['0 %', '0.25 %', '0.5 %', '0.75 %', '1 %']);
  });
});

describe('the diagrams for GitHub', () => {
  test('show traffic and verdicts as bars over one time', () => {
    const job = turnedBack();
    const text = ganttOf(job, spanOf(job)) ?? '';
    const bars = text.split('\n').filter((line) => line.startsWith('section') || / :/.test(line));
    expect(bars).toEqual([
      'section Traffic',
      '10 % :2001-01-01 00:02:00.000, 2001-01-01 00:09:00.000',
      'section targets',
      'pass :done, 2001-01-01 00:01:00.000, 2001-01-01 00:02:00.000',
      'pass :done, 2001-01-01 00:03:00.000, 2001-01-01 00:09:00.000',
      'section metrics errors',
      'hold :active, 2001-01-01 00:03:00.000, 2001-01-01 00:08:00.000',
      'fail :crit, 2001-01-01 00:08:00.000, 2001-01-01 00:09:00.000',
    ]);
  });

  test('have as many points a line as the axis has, and one line a version', () => {
    const job = turnedBack();
    const rates = ratesOf(job.history, spanOf(job));
    if (rates === undefined) throw new Error('no rates');
    const lines = (text = '') => (text.match(/^line "\w+" \[.*\]$/gm) ?? []).map((line) => line.split(',').length);
    expect(lines(rateChartOf(rates, spanOf(job)))).toEqual([7, 7]);
    expect(badChartOf('errors', rates, spanOf(job))).toContain('line "candidate" [0, 0, 5, 5, 5, 5, 5]');
    expect(badChartOf('slow', rates, spanOf(job))).toBeUndefined();
    // Whole eighths between the points, by which Mermaid finds all of their places.
    expect(rateChartOf(rates, spanOf(job))).toContain('x-axis "minutes since the rollout began" 0.5 --> 6.5');
    const [, from, to] =
      /x-axis "minutes since the rollout began" (\S+) --> (\S+)/.exec(
        shareChartOf(shareSteps(job.history), spanOf(job)),
      ) ?? [];
    const points = lines(shareChartOf(shareSteps(job.history), spanOf(job)))[0] ?? 0;
    expect(points).toBeLessThanOrEqual(60);
    expect(Number.isInteger(((Number(to) - Number(from)) / (points - 1)) * 8)).toBe(true);
  });

  test('have a few round times below them, however long it took', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2_000, max: 8 * 24 * 3_600_000 }), (long) => {
        const job = jobOf(historyOf(planOf([10, 100]), look(0, 10)), long / MINUTE);
        const [, count, unit] =
          /^tickInterval (\d+)(second|minute|hour|day)$/m.exec(ganttOf(job, spanOf(job)) ?? '') ?? [];
        const ms = { second: 1_000, minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE }[unit as 'second'];
        expect(long / (Number(count) * ms)).toBeLessThanOrEqual(6);
        // Mermaid finds such an interval by dividing the next larger unit.
        const within = { second: 60, minute: 60, hour: 24, day: 31 }[unit as 'second'];
        expect(within % Number(count) === 0 || unit === 'day').toBe(true);
      }),
    );
  });

  test('are none of a single minute, and have their last point however many there are', () => {
    const ratesFor = (minutes: number) => {
      const seen = reading(minutes, 'hold', 10, { gate: METRICS, evidence: evidence(0, minutes, 1) });
      const job = jobOf(historyOf(planOf([10, 100]), look(0, 10), seen), minutes);
      const rates = ratesOf(job.history, spanOf(job));
      if (rates === undefined) throw new Error('no rates');
      return { rates, span: spanOf(job) };
    };
    const one = ratesFor(2);
    expect(one.rates.candidate.length).toBe(1);
    expect(rateChartOf(one.rates, one.span)).toBeUndefined();
    expect(badChartOf('errors', one.rates, one.span)).toBeUndefined();
    for (const minutes of [3, 10, 100, 200, 500, 1_440, 4_000]) {
      const { rates, span } = ratesFor(minutes);
      const chart = rateChartOf(rates, span) ?? '';
      const [, from = '', to = ''] = /x-axis "\w+ since the rollout began" (\S+) --> (\S+)/.exec(chart) ?? [];
      const points = (/^line "candidate" \[(.*)\]$/m.exec(chart)?.[1] ?? '').split(', ');
      // As Mermaid finds the places of the points.
      const step = (Number(to) - Number(from)) / (points.length - 1);
      let places = 0;
      for (let place = Number(from); place <= Number(to); place += step) places += 1;
      expect([minutes, places]).toEqual([minutes, points.length]);
      expect(points.length).toBeLessThanOrEqual(61);
    }
  });

  test('show the worst of a gate that wavers faster than can be seen, over the whole time', () => {
    const wavering = Array.from({ length: 200 }, (_, i) =>
      reading(i / 4, i === 101 ? 'fail' : i % 2 === 0 ? 'hold' : 'pass', 10),
    );
    const job = jobOf(historyOf(planOf([10, 100]), look(0, 10), ...wavering), 50);
    const bars = (ganttOf(job, spanOf(job)) ?? '').split('section targets')[1]?.match(/^.* :.*$/gm) ?? [];
    expect(bars.length).toBeLessThanOrEqual(25);
    expect(bars[0]).toContain(', 2001-01-01 00:00:00.000, ');
    expect(bars.filter((bar) => bar.includes(':crit'))).toHaveLength(1);
    // None begins before the one before it has ended: there would be a second row.
    const times = bars.map((bar) => bar.split(', ').slice(-2));
    for (const [i, [from = '']] of times.entries()) if (i > 0) expect(from >= (times[i - 1]?.[1] ?? '')).toBe(true);
  });

  test('call a gate of an address by its path', () => {
    const gate = (url: string): Gate => ({ kind: 'http', url, status: 200, withinMs: 1_000, times: 1 });
    const events = [`\${CANDIDATE_URL}/healthz`, 'https://shop.example.com/api/v1'].map((url) =>
      reading(1, 'pass', 0, { gate: gate(url) }),
    );
    const job = jobOf(historyOf(planOf([100]), look(0, 0), ...events), 2);
    expect((ganttOf(job, spanOf(job)) ?? '').match(/^section .*$/gm)).toEqual([
      'section http /healthz',
      'section http /api/v1',
    ]);
  });

  test('hold nothing but our own words and harmless letters, and are small enough for Mermaid', () => {
    for (const job of [hostile(), endless()]) {
      const text = ganttOf(job, spanOf(job)) ?? '';
      expect(text.length).toBeLessThan(50_000);
      const [fence, settings, ...rest] = text.split('\n');
      expect([fence, rest.at(-1)]).toEqual(['```mermaid', '```']);
      expect(settings).toMatch(/^%%\{init: \{"theme":"base",.*\}%%$/);
      for (const line of rest.slice(0, -1)) {
        expect(line).toMatch(
          /^(gantt|title Traffic and verdicts|acc(Title|Descr): [A-Za-z ,.]+|dateFormat YYYY-MM-DD HH:mm:ss\.SSS|axisFormat %[MH]:%[SM]|tickInterval \d+(second|minute|hour)|section [\p{L}\p{N} ./_…-]{1,24}|[\p{L}\p{N} %✓✕…?]+ :(done, |active, |crit, )?2001-01-0\d [\d:.]+, 2001-01-0\d [\d:.]+)$/u,
        );
      }
    }
  });
});
