import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gateName } from '../../src/core/gate.ts';
import { parseGates } from '../../src/core/gate-list.ts';

const kinds = ['targets', 'traffic', 'alarms', 'http', 'run', 'metrics'];
const ofMetrics = ['latency', 'alpha', 'early', 'exclude', 'cloudwatch', 'prometheus'];
const field = fc.constantFrom(
  ...['names', 'url', 'command', 'times', 'within', 'failures', 'errors', 'warm-up', 'other', ...ofMetrics],
);
const value = fc.oneof(
  fc.constantFrom('30s', '5', 'https://a.example', 1, 100, 0, null, true),
  fc.constant(['web-5xx']),
  fc.jsonValue({ maxDepth: 1 }),
);
const gate = fc.oneof(
  fc.constantFrom(...kinds),
  fc
    .tuple(fc.constantFrom(...kinds, 'nope'), fc.oneof(value, fc.dictionary(field, value, { maxKeys: 4 })))
    .map(([kind, settings]) => ({ [kind]: settings })),
  fc.jsonValue({ maxDepth: 2 }),
);

test('whatever is written, each gate is either understood or told with what to do: none gets lost', () => {
  fc.assert(
    fc.property(fc.array(gate, { minLength: 1, maxLength: 4 }), (written) => {
      const { gates, faults } = parseGates(written);
      const wrong = new Set(faults.map(({ problem }) => /^gate (\d+): /.exec(problem)?.[1]));
      expect(wrong).not.toContain(undefined);
      expect(gates.length + wrong.size).toBe(written.length);
      for (const { fix } of faults) expect(fix).not.toBe('');
      for (const one of gates) expect(gateName(one)).toMatch(new RegExp(`^${one.kind}`));
    }),
    { numRuns: 500 },
  );
});

test('what is not said of patience stays unsaid, so that there is one place for what it is then', () => {
  expect(parseGates(['targets', { targets: {} }, { http: 'https://a.example' }])).toEqual({
    faults: [],
    gates: [
      { kind: 'targets' },
      { kind: 'targets' },
      { kind: 'http', url: 'https://a.example', status: 200, withinMs: 2_000, times: 5 },
    ],
  });
});
