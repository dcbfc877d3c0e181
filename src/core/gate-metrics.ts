/** The gate `metrics` in the parsed YAML of the input. */
import type { HarmLimits, MetricsGate, MetricsSource } from './gate.ts';
import { anyNumber, duration, type Fail, fieldsOf, percent, show, yesOrNo } from './gate-fields.ts';
import { parseMetricsSource } from './gate-metrics-source.ts';
import { isJsonObject, type JsonObject } from './json.ts';

const form = 'write `- metrics`, or `- metrics: { errors: true, latency: 500ms }`';
const fieldNames = [
  'errors',
  'latency',
  'alpha',
  'early',
  'conclusive',
  'exclude',
  'warm-up',
  'cloudwatch',
  'prometheus',
];

/** Below these shares of bad requests nobody cares, when nothing else is said. */
const ERRORS_FLOOR = '0.1%';
/** Half of what is slow by definition where the limit is learnt: at stable's own share the floor would be as hard to pass as stable. */
const LATENCY_FLOOR = '0.5%';
const MOST_TIMES = 100;

type Latency = NonNullable<MetricsGate['judges']['latency']>;

/** The gate, or undefined when something in it is wrong, which has then been told. */
export function parseMetrics(value: unknown, fail: Fail): MetricsGate | undefined {
  let isFaulty = false;
  const tell: Fail = (problem, fix) => {
    isFaulty = true;
    return fail(`metrics: ${problem}`, fix);
  };
  if (!isJsonObject(value)) return fail(`metrics: ${show(value)} is not understood`, form);
  const fields = fieldsOf('metrics', value, fieldNames, form, fail);
  if (fields === undefined) return undefined;

  const source = parseMetricsSource(fields, tell);
  const errors = isOn(fields['errors'], isOff(fields['latency'])) ? parseErrors(fields['errors'], tell) : undefined;
  const latency = isOn(fields['latency'], false) ? parseLatency(fields['latency'], source, tell) : undefined;
  const alpha = anyNumber('alpha', fields['alpha'] ?? 0.01, 0.0001, 0.2, tell);
  const early = yesOrNo('early', fields['early'] ?? false, tell);
  const conclusive = yesOrNo('conclusive', fields['conclusive'] ?? false, tell);
  const exclude = anyNumber('exclude', fields['exclude'] ?? 2, 1, MOST_TIMES, tell);
  const coldStartMs = duration('warm-up', fields['warm-up'] ?? '1m', 0, 3_600_000, tell);
  if (isOff(fields['errors'] ?? true) && isOff(fields['latency'])) {
    tell('neither errors nor latency is judged', 'leave both out for errors, or write true beside one of them');
  }
  tellExcluded(exclude, { errors, latency }, tell);
  if (source !== undefined) tellSource(source, fields, tell);

  const isWhole = ![source, alpha, early, conclusive, exclude, coldStartMs].includes(undefined);
  if (isFaulty || !isWhole) return undefined;
  return {
    kind: 'metrics',
    source: source as MetricsSource,
    judges: { errors, latency },
    alpha: alpha as number,
    early: early as boolean,
    conclusive: conclusive as boolean,
    exclude: exclude as number,
    coldStartMs: coldStartMs as number,
  };
}

function isOff(value: unknown): boolean {
  return value === undefined || value === false;
}

function isOn(value: unknown, byDefault: boolean): boolean {
  return value === undefined ? byDefault : value !== false;
}

function parseErrors(value: unknown, fail: Fail): HarmLimits | undefined {
  const settings = value === undefined || value === true ? {} : value;
  const errorsForm = 'write true, false, or { tolerate: 1.2, floor: 0.1% }';
  const fields = fieldsOf('errors', settings, ['tolerate', 'floor'], errorsForm, fail);
  return fields && limitsOf('errors', fields, ERRORS_FLOOR, fail);
}

function parseLatency(value: unknown, source: MetricsSource | undefined, fail: Fail): Latency | undefined {
  const latencyForm = 'write a duration such as 500ms, true, false, or { over: 500ms, tolerate: 1, floor: 1% }';
  const settings = value === true ? {} : isJsonObject(value) ? value : { over: value as string };
  const fields = fieldsOf('latency', settings, ['over', 'tolerate', 'floor'], latencyForm, fail);
  if (fields === undefined) return undefined;
  const limits = limitsOf('latency', fields, LATENCY_FLOOR, fail);
  const over = fields['over'];
  if (over === undefined) return limits && { ...limits, overMs: undefined };
  if (source !== undefined && source.kind !== 'load-balancer') {
    return fail(
      `latency ${show(over)} is not taken from ${source.kind}: what is slow is what \`slow\` there counts`,
      'write latency: true, or { tolerate: 1, floor: 1% }',
    );
  }
  const overMs = duration('latency', over, 1, 3_600_000, fail);
  return limits && overMs !== undefined ? { ...limits, overMs } : undefined;
}

function limitsOf(metric: string, fields: JsonObject, floorByDefault: string, fail: Fail): HarmLimits | undefined {
  const tolerate = anyNumber(`${metric}: tolerate`, fields['tolerate'] ?? 1, 1, MOST_TIMES, fail);
  const floor = percent(`${metric}: floor`, fields['floor'] ?? floorByDefault, fail);
  return tolerate === undefined || floor === undefined ? undefined : { tolerate, floor };
}

/** What is tolerated cannot be excluded. */
function tellExcluded(exclude: number | undefined, judges: MetricsGate['judges'], fail: Fail): void {
  for (const [metric, limits] of Object.entries(judges) as [string, HarmLimits | undefined][]) {
    if (limits === undefined || exclude === undefined || exclude > limits.tolerate) continue;
    fail(
      `exclude ${exclude} is not more than what is tolerated of ${metric} (${limits.tolerate})`,
      `write more than ${limits.tolerate}, up to ${MOST_TIMES}, or tolerate less`,
    );
  }
}

/** A count that is judged has to be named in the source, and one that is named is meant to be judged. */
function tellSource(source: MetricsSource, fields: JsonObject, fail: Fail): void {
  if (source.kind === 'load-balancer') return;
  const judged = { errors: isOn(fields['errors'], isOff(fields['latency'])), slow: isOn(fields['latency'], false) };
  for (const [count, metric] of [
    ['errors', 'errors'],
    ['slow', 'latency'],
  ] as const) {
    if (judged[count] && source[count] === undefined) {
      const what = count === 'errors' ? 'requests that failed' : 'slow requests';
      const words = source.kind === 'prometheus' ? 'the query' : 'the name of the metric';
      fail(`${metric} is judged, but ${source.kind} has no ${count}`, `write ${words} that counts ${what} as ${count}`);
    } else if (!judged[count] && source[count] !== undefined) {
      fail(`${source.kind} has ${count}, but ${metric} is not judged`, `write ${metric}: true, or leave ${count} out`);
    }
  }
}
