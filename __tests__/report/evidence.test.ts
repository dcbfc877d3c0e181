import { describe, expect, test } from '@jest/globals';
import type { MetricsGate } from '../../src/core/gate.ts';
import type { Look } from '../../src/core/observation.ts';
import { COMPARISON_HEAD, comparisonRows, evidenceText } from '../../src/report/evidence.ts';
import { type History, NO_HISTORY, remember, shareChanges, type Told } from '../../src/report/history.ts';
import { rolloutLog } from '../../src/report/rollout-log.ts';
import { METRICS_GATE } from '../fakes/metrics-gate.ts';
import { rememberingLog } from '../fakes/ports.ts';

const gate = METRICS_GATE;
const stricter: MetricsGate = { ...gate, alpha: 0.001 };
const custom: MetricsGate = {
  ...gate,
  source: {
    kind: 'prometheus',
    url: 'http://prometheus:9090',
    requests: '{{revision}}',
    errors: '{{revision}}',
    slow: undefined,
    tokenFrom: undefined,
  },
};
const reading = (
  share: number,
  evidence?: unknown,
  of: MetricsGate = gate,
  verdict: 'hold' | 'error' = 'hold',
): Told => ({
  kind: 'reading',
  at: 0,
  gate: of,
  step: { share, holdMs: 0 },
  verdict,
  sentence: 'seen',
  ...(evidence === undefined ? {} : { evidence }),
});
const told = (...events: readonly Told[]): History => events.reduce<History>(remember, NO_HISTORY);
const look = (at: number, share: number, running: number, stage = 'BAKE'): Told => ({
  kind: 'look',
  at,
  look: {
    stage,
    movement: 'waiting',
    pause: undefined,
    share,
    candidate: { requested: running, running, pending: 0 },
    stable: { requested: 2, running: 2, pending: 0 },
    end: undefined,
    note: undefined,
  } satisfies Look,
});
const place = { service: 'web', cluster: 'demo', deployment: 'd-1' };

describe('the evidence of a rollout', () => {
  test('is the last of each gate at each step, in the order in which they were looked through', () => {
    const history = told(
      reading(10, { n: 1 }),
      reading(10, { n: 2 }),
      reading(50, { n: 3 }),
      reading(10, { n: 4 }, custom),
    );
    expect(JSON.parse(evidenceText(history, place) ?? '')).toEqual({
      ...place,
      looks: [
        { gate: 'metrics errors', share: 10, evidence: { n: 2 } },
        { gate: 'metrics errors', share: 50, evidence: { n: 3 } },
        { gate: 'metrics errors from prometheus', share: 10, evidence: { n: 4 } },
      ],
    });
  });

  test('stays what it was when a later look could not look', () => {
    const history = told(reading(10, { n: 1 }), reading(10, undefined, gate, 'error'));
    expect(history.gates).toMatchObject([{ verdict: 'error', looks: 2, evidence: { n: 1 } }]);
  });

  test('of two gates of one name is that of both', () => {
    const history = told(reading(10, { n: 1 }), reading(10, { n: 2 }, stricter));
    expect(history.gates.map(({ looks, evidence }) => [looks, evidence])).toEqual([
      [1, { n: 1 }],
      [1, { n: 2 }],
    ]);
  });

  test('is nothing where no gate gave any', () => {
    expect(evidenceText(told(reading(10)), place)).toBeUndefined();
  });
});

describe('the table of comparisons', () => {
  const metric = {
    metric: 'errors',
    candidate: { requests: 3_400, bad: 12 },
    stable: { requests: 30_600, bad: 4 },
    ratio: { estimate: 27, low: 9.14, high: 80.3 },
    difference: { low: -0.0002, high: 0.0051 },
    evidence: { harm: 41, harmlessness: 0.0421 },
    dispersion: { factor: 1.04 },
  };
  const row = (bend: object = {}, of: MetricsGate = gate) =>
    comparisonRows(told(reading(10, { metrics: [{ ...metric, ...bend }] }, of)))[0];

  test('has the counts, the ratio and the difference with their bounds, and how far the proofs are', () => {
    expect(row()).toEqual([
      'errors at 10 %',
      '12 of 3,400 (0.35 %)',
      '4 of 30,600 (0.013 %)',
      '27 (9.1 to 80)',
      '-0.02 % to +0.51 %',
      'proven',
      '0.042',
      '1',
    ]);
    expect(row()).toHaveLength(COMPARISON_HEAD.length);
  });

  test('names a source that is not the load balancer', () => {
    expect(row({}, custom)?.[0]).toBe('errors from prometheus at 10 %');
  });

  test.each([
    ['no upper bound', { ratio: { estimate: 27, low: 9.14, high: Number.POSITIVE_INFINITY } }, 3, '27 (at least 9.1)'],
    ['no estimate', { ratio: { estimate: Number.NaN, low: 0, high: 80 } }, 3, '0 to 80'],
    ['no requests', { candidate: { requests: 0, bad: 0 } }, 1, '0 of 0'],
    ['a proof without end', { evidence: { harm: Number.POSITIVE_INFINITY } }, 5, 'proven'],
    ['a proof that has not begun', { evidence: { harm: 1e-9 } }, 5, '0'],
    ['nothing at all', { candidate: undefined, ratio: null, evidence: 'x' }, 5, '–'],
  ])('can say %s', (_what, bend, column, cell) => {
    expect(row(bend)?.[column]).toBe(cell);
  });

  test.each([undefined, null, 'text', {}, { metrics: 'x' }, { metrics: [1, null] }])(
    'has no row for %j',
    (evidence) => {
      expect(comparisonRows(told(reading(10, evidence)))).toEqual([]);
    },
  );
});

describe('the course of the share', () => {
  test('is told when the share or the number of tasks changes, and not when the stage does', () => {
    const history = told(
      look(1_000, 0, 1),
      look(2_000, 0, 2),
      look(3_000, 0, 2, 'TEST'),
      look(4_000, 10, 2),
      look(5_000, 10, 2, 'PAUSED'),
      look(6_000, 50, 2),
    );
    expect(shareChanges(history)).toEqual([
      { at: 1_000, share: 0, tasks: 1 },
      { at: 2_000, share: 0, tasks: 2 },
      { at: 4_000, share: 10, tasks: 2 },
      { at: 6_000, share: 50, tasks: 2 },
    ]);
  });

  test('begins with what a job finds that came later', () => {
    expect(shareChanges(told(look(1_000, 25, 2)))).toEqual([{ at: 1_000, share: 25, tasks: 2 }]);
  });
});

test('the log says a verdict once a gate and step, whatever numbers come with it, and tells two gates of one name apart', () => {
  const lines: string[] = [];
  const tell = rolloutLog(rememberingLog(lines), 0);
  for (const event of [reading(10), reading(10, { n: 2 }), reading(10, undefined, stricter), reading(50)]) tell(event);
  expect(lines.map((line) => line.replace(/^\S+ +gate metrics +/, ''))).toEqual([
    'hold at 10 %: seen (errors)',
    'hold at 10 %: seen (errors)',
    'hold at 50 %: seen (errors)',
  ]);
});
