/** The source `prometheus` of the gate `metrics`: counts that a Prometheus server, or one that speaks its HTTP API, keeps. */
import { CallError } from '../core/errors.ts';
import type { MetricMinute } from '../core/judge/minutes.ts';
import { versionText } from '../core/version-text.ts';
import type { CountedVersion, Metrics, MetricsAsked } from '../ports.ts';
import { type Evaluations, rangeQuery } from './prometheus/range-query.ts';
import { type PrometheusServer, serverOf } from './prometheus/server.ts';

const MINUTE_MS = 60_000;

/** PromQL, with placeholders for the version. */
interface Queries {
  readonly requests: string;
  /** Undefined: not judged. */
  readonly errors: string | undefined;
  readonly slow: string | undefined;
}

/** What is the same for both versions. */
interface Asking {
  readonly server: PrometheusServer;
  readonly queries: Queries;
  readonly at: Evaluations;
  readonly signal: AbortSignal;
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
    async counts({ gate: { source, judges }, candidate, stable, since, until }) {
      if (source.kind !== 'prometheus') throw new Error(`the source ${source.kind} is not Prometheus`);
      const queries = queriesOf(source, judges);
      const server = serverOf(source, environment);
      const at = evaluationsFor(since, until, minuteMs);
      if (at === undefined) return { candidate: [], stable: [] };

      const over = new AbortController();
      try {
        const asking = { server, queries, at, signal: over.signal };
        const [ofCandidate, ofStable] = await Promise.all([
          minutesOf('the candidate', candidate, asking),
          minutesOf('stable', stable, asking),
        ]);
        return { candidate: ofCandidate, stable: ofStable };
      } finally {
        // The first that fails ends the others: nobody waits for their answers any more.
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

async function minutesOf(
  name: string,
  { taskDefinitionArn }: CountedVersion,
  { server, queries, at, signal }: Asking,
): Promise<readonly MetricMinute[]> {
  const counted = (what: string, query: string): Promise<ReadonlyMap<number, number>> =>
    rangeQuery(server, { what: `${what} of ${name}`, query: versionText(query, taskDefinitionArn), at }, signal);
  const [requests, errors, slow] = await Promise.all([
    counted('requests', queries.requests),
    queries.errors === undefined ? undefined : counted('errors', queries.errors),
    queries.slow === undefined ? undefined : counted('slow requests', queries.slow),
  ]);

  const minutes: MetricMinute[] = [];
  for (let end = at.first; end <= at.last; end += at.stepMs) {
    const count = requests.get(end);
    if (count === undefined) continue;
    const all = Math.max(0, count);
    minutes.push({
      start: end - at.stepMs,
      requests: all,
      errors: partOf(all, errors, end),
      slow: partOf(all, slow, end),
    });
  }
  return minutes;
}

/**
 * Where requests were counted and a bad one was not, there was none: a series of errors often begins with its first.
 * `increase` extrapolates each series for itself, so that all of them failing may come out as a little more than all.
 * https://prometheus.io/docs/prometheus/latest/querying/functions/#increase
 */
function partOf(all: number, bad: ReadonlyMap<number, number> | undefined, end: number): number | undefined {
  return bad === undefined ? undefined : Math.min(all, Math.max(0, bad.get(end) ?? 0));
}
