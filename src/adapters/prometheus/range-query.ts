import { CallError, type CallFailure } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { version } from '../../version.ts';
import { problemOf } from '../http-probe.ts';
import { countsIn } from './answer.ts';
import type { PrometheusServer } from './server.ts';

/** When a query is evaluated, in epoch milliseconds: at `first`, every `stepMs` after it, and at `last`. */
export interface Evaluations {
  readonly first: number;
  readonly last: number;
  readonly stepMs: number;
}

export interface RangeQuery {
  /** For messages: "errors of the candidate". */
  readonly what: string;
  /** PromQL that gives one series. */
  readonly query: string;
  readonly at: Evaluations;
}

const WITHIN_MS = 10_000;
/** One series of the 11,000 samples that Prometheus gives at most is a third of a megabyte. */
const LARGEST_BYTES = 4 * 1024 * 1024;
/** Of another's text, in a sentence of ours. */
const LONGEST_TEXT = 400;

/** What came back, whatever it means. */
interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  /** Undefined when it was too large to be read. */
  readonly body: string | undefined;
}

/**
 * Counts by the time of their evaluation (epoch milliseconds); empty when no series fits the query. By POST, since queries may
 * be longer than an address. Redirects are not followed, for a token would go along. Rejects with CallError.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
 */
export async function rangeQuery(
  server: PrometheusServer,
  { what, query, at }: RangeQuery,
  signal: AbortSignal,
  withinMs: number = WITHIN_MS,
): Promise<ReadonlyMap<number, number>> {
  const fail = (failure: CallFailure, code: string, problem: string, cause?: unknown): CallError =>
    new CallError(failure, code, `count ${what} with Prometheus at ${server.url}: ${problem}`, cause);
  const ofQuery = `; the query is ${oneLine(query)}`;

  const timeLimit = AbortSignal.timeout(withinMs);
  let answer: Answer;
  try {
    answer = await post(server, formOf(query, at), AbortSignal.any([signal, timeLimit]));
  } catch (error) {
    const problem = timeLimit.aborted ? `no answer within ${withinMs / 1000} s` : problemOf(error, server.url);
    throw fail('network', '', problem, error);
  }

  const { status, body } = answer;
  const told = parsed(body ?? '');
  const code = (told && textIn(told, 'errorType')) ?? String(status);
  if (status === 200 && body === undefined) {
    const size = `the answer is larger than ${LARGEST_BYTES / 1024 / 1024} MB`;
    throw fail('invalid', code, `${size}; wrap the query in sum()${ofQuery}`);
  }
  if (status !== 200 || told?.['status'] !== 'success') {
    const refusal = refusalOf(server, answer, told && textIn(told, 'error'));
    throw fail(refusal.failure, code, `${refusal.problem}${refusal.isAboutQuery ? ofQuery : ''}`);
  }
  const counts = countsIn(told);
  if ('problem' in counts) throw fail('invalid', code, `${counts.problem}${ofQuery}`);
  return counts;
}

function formOf(query: string, { first, last, stepMs }: Evaluations): URLSearchParams {
  const seconds = (ms: number): string => String(ms / 1000);
  return new URLSearchParams({ query, start: seconds(first), end: seconds(last), step: seconds(stepMs) });
}

async function post(server: PrometheusServer, form: URLSearchParams, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(server.endpoint.href, {
    method: 'POST',
    body: form,
    redirect: 'manual',
    signal,
    headers: {
      accept: 'application/json',
      'user-agent': `greenlight/${version}`,
      ...(server.token === undefined ? {} : { authorization: `Bearer ${server.token}` }),
    },
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // What is left when the loop is left early is not read: its connection is closed.
  if (response.body !== null) {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > LARGEST_BYTES) break;
      chunks.push(chunk);
    }
  }
  return {
    status: response.status,
    location: response.headers.get('location') ?? undefined,
    body: bytes > LARGEST_BYTES ? undefined : Buffer.concat(chunks).toString('utf8'),
  };
}

interface Refusal {
  readonly failure: CallFailure;
  readonly problem: string;
  readonly isAboutQuery?: true;
}

/**
 * What an answer without counts means; `error` is Prometheus' own text, where it is Prometheus that answers.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview, the others are of proxies before it.
 */
function refusalOf(
  server: PrometheusServer,
  { status, location, body = '' }: Answer,
  error: string | undefined,
): Refusal {
  const said = error ?? (body.includes('<') ? '' : body);
  const told = said.trim() === '' ? '' : `: ${oneLine(said).slice(0, LONGEST_TEXT)}`;
  if (status === 401 || status === 403) {
    const as =
      server.tokenFrom === undefined
        ? 'without a token; name the environment variable that holds one in token-from'
        : `with the token in ${server.tokenFrom}, which token-from names`;
    return { failure: 'denied', problem: `denied (HTTP ${status}) ${as}${told}` };
  }
  if (status === 404 || status === 405) {
    const problem = `nothing takes queries at ${server.endpoint.href} (HTTP ${status}); url is what stands before /api/v1`;
    return { failure: 'not-found', problem };
  }
  if (status >= 300 && status < 400) {
    const target = location === undefined ? 'elsewhere' : `to ${placeOf(location, server)}`;
    return { failure: 'invalid', problem: `a redirect ${target} (HTTP ${status}), which is not followed; correct url` };
  }
  if (status === 429) return { failure: 'throttled', problem: `too many requests (HTTP 429)${told}` };
  // 499: cancelled on its way, https://github.com/prometheus/prometheus/pull/11897
  if (status >= 500 || status === 408 || status === 499) return { failure: 'server', problem: `HTTP ${status}${told}` };
  if (error === undefined) {
    const problem = `HTTP ${status}, and not as Prometheus answers${told}; does ${server.endpoint.href} lead to one?`;
    return { failure: 'invalid', problem };
  }
  const refused = status === 422 ? 'cannot be carried out' : 'is refused';
  return { failure: 'invalid', problem: `the query ${refused} (HTTP ${status})${told}`, isAboutQuery: true };
}

/** Without what may be secret: the page of a login has the way back in its parameters. */
function placeOf(location: string, { endpoint }: PrometheusServer): string {
  if (!URL.canParse(location, endpoint.href)) return 'elsewhere';
  const { origin, pathname } = new URL(location, endpoint);
  return `${origin}${pathname}`;
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textIn(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
