import { isJsonObject, type Json, type JsonObject, objectsIn } from '../../core/json.ts';

/** Counts by the time of their evaluation (epoch milliseconds), or why the answer has none that can be used. */
export type Counts = ReadonlyMap<number, number> | { readonly problem: string };

const COUNT = 'a count is written as sum(increase(…[1m]))';

/**
 * The one series in an answer to a range query; empty when nothing fits the query.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#range-vectors
 */
export function countsIn(answer: JsonObject): Counts {
  const data = answer['data'];
  const type = isJsonObject(data) ? data['resultType'] : undefined;
  if (!isJsonObject(data) || type !== 'matrix') {
    return { problem: typeof type === 'string' ? `the query gives a ${type}; ${COUNT}` : 'the answer has no result' };
  }
  const series = objectsIn(data['result']);
  const [only] = series;
  if (only === undefined) return new Map();
  if (series.length > 1) return { problem: `the query gives ${series.length} series, one is needed; wrap it in sum()` };
  if (only['histograms'] !== undefined) {
    return { problem: 'the query gives native histograms and not numbers; put histogram_count() around it' };
  }
  return samplesIn(only['values']);
}

/** `[[1435781430.781, "1"], …]` */
function samplesIn(values: Json | undefined): Counts {
  const counts = new Map<number, number>();
  for (const sample of Array.isArray(values) ? (values as readonly Json[]) : []) {
    const [at, text] = Array.isArray(sample) ? (sample as readonly Json[]) : [];
    if (typeof at !== 'number' || typeof text !== 'string') return { problem: 'the answer has a sample that is none' };
    const atMs = Math.round(at * 1000);
    const count = text === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(count)) {
      return {
        problem: `the query gives ${text || 'nothing'} at ${new Date(atMs).toISOString()}, which is no count; ${COUNT}`,
      };
    }
    counts.set(atMs, count);
  }
  return counts;
}
