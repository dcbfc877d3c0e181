import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { withJudge } from '../../.ci/judge-page.ts';
import type { MetricsGate } from '../../src/core/gate.ts';
import { parseGates } from '../../src/core/gate-list.ts';

const text = (file: string) => readFileSync(file, 'utf8');
const page = text('docs/judge.md');

describe('docs/judge.md', () => {
  test('has its table and its sentences from the judge itself: npx tsx .ci/judge-page.ts writes them', () => {
    expect(withJudge(page)).toBe(page);
  });

  test('shows a sentence of each verdict', () => {
    const verdicts = [...page.matchAll(/^\| \*\*(\w+)\*\* `/gm)].map(([, verdict]) => verdict);
    expect(new Set(verdicts)).toEqual(new Set(['pass', 'fail', 'hold']));
  });

  test('quotes what the gate says around the judge as it says it', () => {
    const source = text('src/rollout/gates/metrics.ts').replaceAll(/\$\{[^}]*\}/g, '…');
    const rows = [...page.matchAll(/^\| (?:pass|fail|hold|error) \| `([^`]+)` \|/gm)].map(([, said = '']) => said);
    expect(rows.length).toBeGreaterThan(3);
    const missing = rows.flatMap((said) => said.split('…').filter((piece) => !source.includes(piece.trim())));
    expect(missing).toEqual([]);
  });

  test('has only examples that are read without a fault', () => {
    const examples = [...page.matchAll(/^```yaml\n(gates: \|\n[\s\S]*?)^```$/gm)].map(([, yaml = '']) => yaml);
    const read = examples.map((yaml) => parseGates(parse((parse(yaml) as { gates: string }).gates)));
    expect(read.length).toBeGreaterThan(4);
    expect(read.flatMap(({ faults }) => faults)).toEqual([]);
    const sources = read.flatMap(({ gates }) => (gates as readonly MetricsGate[]).map(({ source }) => source.kind));
    expect(new Set(sources)).toEqual(new Set(['load-balancer', 'cloudwatch', 'prometheus']));
  });

  test('names the defaults that the input has', () => {
    const [gate] = parseGates([{ metrics: { errors: true, latency: true } }]).gates as readonly MetricsGate[];
    expect(gate).toMatchObject({ alpha: 0.01, exclude: 2, early: false, conclusive: false, coldStartMs: 60_000 });
    const { errors, latency } = gate?.judges ?? {};
    expect([errors?.tolerate, latency?.tolerate]).toEqual([1, 1]);
    const percent = (part = 0) => `${part * 100} %`;
    const shown = Object.fromEntries(
      [...page.matchAll(/^\| `([a-z-]+)`(?:, `prometheus`)? \| ([^|]+) \|/gm)].map(([, name, preset]) => [
        name,
        preset,
      ]),
    );
    expect(shown).toMatchObject({
      tolerate: '1',
      floor: `${percent(errors?.floor)} of errors, ${percent(latency?.floor)} of slow requests`,
      alpha: '0.01',
      exclude: '2',
      early: '`false`',
      conclusive: '`false`',
      'warm-up': '1m',
    });
  });
});
