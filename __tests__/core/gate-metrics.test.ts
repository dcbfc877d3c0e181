/** The gate metrics as a user writes it. `parseGates` gets what YAML makes of it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { excludedHarm, gateName, type MetricsGate } from '../../src/core/gate.ts';
import { parseGates } from '../../src/core/gate-list.ts';
import { METRICS_GATE } from '../fakes/metrics-gate.ts';

const read = (text: string) => parseGates([parse(text)]);
const gateOf = (text: string): MetricsGate => {
  const { gates, faults } = read(text);
  expect(faults).toEqual([]);
  return gates[0] as MetricsGate;
};
const faultsOf = (text: string) => read(text).faults.map(({ problem, fix }) => `${problem}; ${fix}`);

const least = METRICS_GATE;
const slow = { tolerate: 1, floor: 0.005, overMs: undefined };
const CLOUDWATCH = "cloudwatch: { namespace: MyApp, dimensions: { Revision: '{{revision}}' }, requests: Requests";
const PROMETHEUS = `prometheus: { url: 'http://prometheus:9090', requests: 'sum(a{r="{{revision}}"})'`;

describe('what is left out', () => {
  test('is errors, on the load balancer’s own counts, none more than stable’s', () => {
    expect(parseGates(['metrics'])).toEqual({ gates: [least], faults: [] });
    expect(gateOf('metrics: {}')).toEqual(least);
    expect(gateOf('metrics: { latency: false }')).toEqual(least);
  });

  test.each([
    ['errors are not judged where only latency is named', 'metrics: { latency: 500ms }', undefined, 500],
    ['both are where both are named', 'metrics: { errors: true, latency: 1s }', least.judges.errors, 1_000],
    ['the limit is learnt from stable', 'metrics: { latency: true }', undefined, undefined],
    ['the same with limits alone', 'metrics: { latency: { tolerate: 1 } }', undefined, undefined],
  ])('%s', (_rule, text, errors, overMs) => {
    expect(gateOf(text).judges).toEqual({ errors, latency: { ...slow, overMs } });
  });
});

test('everything that can be said is taken as it is said', () => {
  const text = `metrics:
    errors: { tolerate: 1.2, floor: 0.25 % }
    latency: { over: 500ms, tolerate: 1.5, floor: 2% }
    alpha: 0.05
    early: true
    conclusive: true
    exclude: 3
    warm-up: 0s`;
  expect(gateOf(text)).toEqual({
    kind: 'metrics',
    source: { kind: 'load-balancer' },
    judges: { errors: { tolerate: 1.2, floor: 0.0025 }, latency: { overMs: 500, tolerate: 1.5, floor: 0.02 } },
    alpha: 0.05,
    early: true,
    conclusive: true,
    exclude: 3,
    coldStartMs: 0,
  });
});

describe('a source of its own', () => {
  test('is custom metrics of CloudWatch', () => {
    const gate = gateOf(`metrics: { errors: true, latency: true, ${CLOUDWATCH}, errors: Failures, slow: Slow } }`);
    expect(gate.source).toEqual({
      kind: 'cloudwatch',
      namespace: 'MyApp',
      dimensions: { Revision: '{{revision}}' },
      requests: 'Requests',
      errors: 'Failures',
      slow: 'Slow',
    });
    expect(gate.judges.latency).toEqual(slow);
    expect(gateName(gate)).toBe('metrics errors and latency from cloudwatch');
  });

  test('needs no dimension where the names themselves tell', () => {
    const names = "{ namespace: 'MyApp/{{ task-definition }}', requests: Requests, errors: Failures }";
    expect(gateOf(`metrics: { cloudwatch: ${names} }`).source).toMatchObject({ dimensions: {}, slow: undefined });
    const each = "{ namespace: MyApp, requests: 'Requests{{revision}}', errors: 'Failures{{revision}}' }";
    expect(gateOf(`metrics: { cloudwatch: ${each} }`).source).toMatchObject({ requests: 'Requests{{revision}}' });
  });

  test('is a Prometheus server', () => {
    const query = `'sum(b{r="{{revision}}",f="{{family}}"})'`;
    const gate = gateOf(`metrics: { ${PROMETHEUS}, errors: ${query}, token-from: PROMETHEUS_TOKEN } }`);
    expect(gate.source).toEqual({
      kind: 'prometheus',
      url: 'http://prometheus:9090',
      requests: 'sum(a{r="{{revision}}"})',
      errors: 'sum(b{r="{{revision}}",f="{{family}}"})',
      slow: undefined,
      tokenFrom: 'PROMETHEUS_TOKEN',
    });
  });
});

describe('refused, with what to do', () => {
  test.each([
    ['metrics:', /metrics: null is not understood; write `- metrics`/],
    ['metrics: yes please', /metrics: "yes please" is not understood/],
    ['metrics: { latancy: 500ms }', /metrics: "latancy" is not known; write latency/],
    ['metrics: { failures: 3 }', /metrics: "failures" is not known; it takes errors, latency, alpha/],
    ['metrics: { errors: { floor: 0.1 } }', /errors: floor 0.1 has no percent sign; write 0.1%, or 10% where 0.1 of/],
    ['metrics: { errors: { floor: 5 } }', /errors: floor 5 has no percent sign; write 5%$/],
    ['metrics: { errors: { floor: 0% } }', /errors: floor "0%" is not allowed; write a share above 0%/],
    ['metrics: { errors: { floor: 100% } }', /errors: floor "100%" is not allowed/],
    ['metrics: { errors: { floor: 1e1% } }', /errors: floor "1e1%" is not allowed/],
    ['metrics: { errors: { tolerate: 0.9 } }', /errors: tolerate 0.9 is not allowed; write a number from 1 to 100/],
    ['metrics: { errors: { tolerate: 101, floor: 1% }, exclude: 100 }', /errors: tolerate 101 is not allowed/],
    ['metrics: { errors: { over: 5s } }', /errors: "over" is not known/],
    ['metrics: { errors: often }', /errors: "often" is not understood; write true, false, or/],
    ['metrics: { latency: 500 }', /latency 500 has no unit; write 500s/],
    ['metrics: { latency: 0s }', /latency "0s" is out of range/],
    ['metrics: { latency: { over: 500ms, under: 1s } }', /latency: "under" is not known/],
    ['metrics: { alpha: 0.5 }', /alpha 0.5 is not allowed; write a number from 0.0001 to 0.2/],
    ['metrics: { alpha: 1% }', /alpha "1%" is not allowed/],
    ['metrics: { early: yes }', /early "yes" is not allowed; write true or false/],
    ['metrics: { conclusive: 1 }', /conclusive 1 is not allowed/],
    ['metrics: { exclude: 101 }', /exclude 101 is not allowed; write a number from 1 to 100/],
    ['metrics: { exclude: 1 }', /exclude 1 is not more than what is tolerated of errors \(1\); write more than 1/],
    ['metrics: { latency: { tolerate: 2 } }', /exclude 2 is not more than what is tolerated of latency \(2\)/],
    ['metrics: { warm-up: 2h }', /warm-up "2h" is out of range; write a time between 0s and 1h/],
    ['metrics: { errors: false }', /neither errors nor latency is judged/],
    ['metrics: { errors: false, latency: false }', /neither errors nor latency is judged/],
    [`metrics: { ${CLOUDWATCH}, errors: F }, ${PROMETHEUS} } }`, /there are two sources, cloudwatch and prometheus/],
    [`metrics: { ${CLOUDWATCH} } }`, /errors is judged, but cloudwatch has no errors; write the name of the metric/],
    [`metrics: { ${PROMETHEUS} } }`, /errors is judged, but prometheus has no errors; write the query/],
    [`metrics: { latency: true, ${CLOUDWATCH} } }`, /latency is judged, but cloudwatch has no slow/],
    [
      `metrics: { ${CLOUDWATCH}, errors: F, slow: S } }`,
      /cloudwatch has slow, but latency is not judged; write latency: true/,
    ],
    [`metrics: { latency: 500ms, ${CLOUDWATCH}, slow: S } }`, /latency "500ms" is not taken from cloudwatch/],
    [`metrics: { latency: { over: 1s }, ${CLOUDWATCH}, slow: S } }`, /latency "1s" is not taken from cloudwatch/],
    ['metrics: { cloudwatch: MyApp }', /cloudwatch: "MyApp" is not understood/],
    [
      "metrics: { cloudwatch: { requests: 'R{{revision}}', errors: 'F{{revision}}' } }",
      /namespace nothing is not a text/,
    ],
    ['metrics: { cloudwatch: { namespace: A, requests: R, errors: F } }', /nothing in it tells the two versions apart/],
    [
      "metrics: { cloudwatch: { namespace: A, requests: 'R{{revision}}', errors: F } }",
      /nothing in it tells the two versions apart; write {{revision}}/,
    ],
    [
      "metrics: { cloudwatch: { namespace: '{{family}}', requests: R, errors: F } }",
      /nothing in it tells the two versions apart/,
    ],
    [
      'metrics: { cloudwatch: { namespace: A, dimensions: { Revision: 7 }, requests: R, errors: F } }',
      /dimension Revision: 7 is not a text; write it in quotes/,
    ],
    [
      "metrics: { cloudwatch: { namespace: A, dimensions: { R: '{{revison}}' }, requests: R, errors: F } }",
      /dimension R: {{revison}} is not known; write {{revision}}/,
    ],
    [
      "metrics: { cloudwatch: { namespace: A, dimensions: [r], requests: 'R{{revision}}', errors: 'F{{revision}}' } }",
      /dimensions \["r"\] is not a mapping/,
    ],
    [`metrics: { ${PROMETHEUS}, errors: 'up' } }`, /prometheus: errors does not tell the two versions apart/],
    [`metrics: { ${PROMETHEUS}, errors: '{{sha}}' } }`, /errors: {{sha}} is not known; write {{revision}}, {{family}}/],
    [
      `metrics: { prometheus: { url: 'prometheus:9090', requests: '{{revision}}', errors: '{{revision}}' } }`,
      /"prometheus:9090" is not an address/,
    ],
    [
      `metrics: { prometheus: { url: 'http://p?a=b', requests: '{{revision}}', errors: '{{revision}}' } }`,
      /more than an address/,
    ],
  ])('%s', (text, message) => {
    const found = faultsOf(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  test('all at once, the limits of both metrics and what the source lacks among them', () => {
    const text = `metrics: { errors: { tolerate: 0 }, latency: 5, alpha: 1, exclude: 0, warm-up: x, prometheus: { url: p } }`;
    expect(faultsOf(text).length).toBeGreaterThanOrEqual(6);
  });

  test.each([
    ['a password in the address', 'https://me:hunter2@prometheus.example'],
    ['a password in what is no address', 'me:hunter2@prometheus.example:99999'],
  ])('%s does not come into the log', (_what, url) => {
    const [fault = '', ...more] = faultsOf(
      `metrics: { prometheus: { url: '${url}', requests: '{{revision}}', errors: '{{revision}}' } }`,
    );
    expect(more).toEqual([]);
    expect(fault).toContain('prometheus: url');
    expect(fault).not.toContain('hunter2');
  });

  test('nor does a token that stands where the name of a variable belongs', () => {
    const [fault = ''] = faultsOf(`metrics: { ${PROMETHEUS}, errors: '{{revision}}', token-from: eyJhbGci.x } }`);
    expect(fault).toContain('not the name of an environment variable');
    expect(fault).not.toContain('eyJ');
  });
});

test('a share is read as it is written: the dust of binary fractions does not come into it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99_999 }), fc.constantFrom('', ' '), (thousandths, blank) => {
      const { floor } = gateOf(`metrics: { errors: { floor: '${thousandths / 1_000}${blank}%' } }`).judges.errors ?? {};
      expect(floor).toBe(Number(`${thousandths}e-5`));
    }),
  );
});

test('the harm that is excluded is said in words', () => {
  expect(excludedHarm(least)).toBe('twice the errors');
  expect(excludedHarm({ ...least, exclude: 1.5, judges: { ...least.judges, latency: slow } })).toBe(
    '1.5 times the errors and slow requests',
  );
});
