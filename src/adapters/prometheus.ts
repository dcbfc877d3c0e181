/** The source `prometheus` of the gate `metrics`: counts that a Prometheus server, or one that speaks its HTTP API, keeps. */
import { CallError } from '../core/errors.ts';
import type { MetricMinute } from '../core/judge/minutes.ts';
import { versionText } from '../core/version-text.ts';
import type { CountedVersion, Metrics, MetricsAsked } from '../ports.ts';
import { type Evaluations, rangeQuery } from './prometheus/range-query.ts';
import { serverOf } from './prometheus/server.ts';

const MINUTE_MS = 60_000;

/** Counts by the beginning of their minute, in epoch milliseconds. */
type Series = ReadonlyMap<number, number>;

/** PromQL, with placeholders for the version. */
interface Queries {
  readonly requests: string;
  /** Undefined: not judged. */
  readonly errors: string | undefined;
  readonly slow: string | undefined;
}

/**
 * `environment` holds the token that a gate names. `minuteMs` is the length of a "minute": the step between the evaluations of a
 * query, and so the window that is to stand in it. Both on whole minutes of the clock, so that every series and every later
 * call has the same ones.
 */
export function prometheus(
  environment: Readonly<Record<string, string | undefined>>,
  minuteMs: number = MINUTE_MS,
): Metrics {
  return {
    async counts(asked) {
      const { source } = asked.gate;
      if (source.kind !== 'prometheus') throw new Error(`the source ${source.kind} is not Prometheus`);
      const queries = queriesOf(source, asked.gate.judges);
      const server = serverOf(source, environment);
      const at = evaluationsFor(asked.since, asked.until, minuteMs);
      if (at === undefined) return { candidate: [], stable: [] };

      // The first that fails ends the others: nobody waits for their answers any more.
      const over = new AbortController();
      const minutesOf = async (name: string, version: CountedVersion): Promise<readonly MetricMinute[]> => {
        const series = async (what: string, text: string | undefined): Promise<Series | undefined> => {
          if (text === undefined) return undefined;
          const query = versionText(text, version.taskDefinitionArn);
          return beginnings(await rangeQuery(server, { what: `${what} of ${name}`, query, at }, over.signal), minuteMs);
        };
        const [requests, errors, slow] = await Promise.all([
          series('requests', queries.requests),
          series('errors', queries.errors),
          series('slow requests', queries.slow),
        ]);
        return minutesIn(at, minuteMs, { requests: requests ?? new Map(), errors, slow });
      };
      try {
        const [candidate, stable] = await Promise.all([
          minutesOf('the candidate', asked.candidate),
          minutesOf('stable', asked.stable),
        ]);
        return { candidate, stable };
      } finally {
        over.abort();
      }
    },
    stablePercentile: () => Promise.resolve(undefined),
  };
}

function queriesOf(
  source: MetricsAsked['gate']['source'] & { kind: 'prometheus' },
  judges: MetricsAsked['gate']['judges'],
): Queries {
  const judged = (name: 'errors' | 'slow', metric: string, isJudged: boolean): string | undefined => {
    if (!isJudged) return undefined;
    const query = source[name];
    if (query === undefined) {
      throw new CallError(
        'invalid',
        '',
        `prometheus: ${metric} is judged and there is no query \`${name}\` that counts it`,
      );
    }
    return query;
  };
  return {
    requests: source.requests,
    errors: judged('errors', 'errors', judges.errors !== undefined),
    slow: judged('slow', 'latency', judges.latency !== undefined),
  };
}

/** The minutes that begin in [since, until) are counted at their ends. Undefined: there are none. */
function evaluationsFor(since: number, until: number, minuteMs: number): Evaluations | undefined {
  const first = Math.ceil(since / minuteMs) * minuteMs;
  const last = (Math.ceil(until / minuteMs) - 1) * minuteMs;
  return last < first ? undefined : { first: first + minuteMs, last: last + minuteMs, stepMs: minuteMs };
}

function beginnings(counts: ReadonlyMap<number, number>, minuteMs: number): Series {
  return new Map([...counts].map(([at, count]) => [at - minuteMs, count]));
}

/**
 * Where requests were counted and a bad one was not, there was none: a series of errors often begins with its first.
 * `increase` extrapolates each series for itself, so that all of them failing may come out as a little more than all.
 * https://prometheus.io/docs/prometheus/latest/querying/functions/#increase
 */
function minutesIn(
  { first, last, stepMs }: Evaluations,
  minuteMs: number,
  { requests, errors, slow }: { requests: Series; errors: Series | undefined; slow: Series | undefined },
): readonly MetricMinute[] {
  const minutes: MetricMinute[] = [];
  for (let start = first - minuteMs; start <= last - minuteMs; start += stepMs) {
    const all = requests.get(start);
    if (all === undefined) continue;
    const count = Math.max(0, all);
    const part = (of: Series | undefined) => of && Math.min(count, Math.max(0, of.get(start) ?? 0));
    minutes.push({ start, requests: count, errors: part(errors), slow: part(slow) });
  }
  return minutes;
}
