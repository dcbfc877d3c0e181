/** GitHub's answers as GitHubError: why it could not be told, and what a workflow has to write so that it can. */
import { GitHubError } from '../../core/errors.ts';

/** The call that failed. */
export interface Call {
  /** What was to be done, for the message: "create the check run". */
  readonly what: string;
  /** The permission that it needs, as a workflow writes it. */
  readonly permission: string;
  /** It is about something that was there before: what is not found is gone. Otherwise GitHub hides what a token may not see. */
  readonly isOfKnown?: true;
}

/** After a limit without a time GitHub asks for a minute. https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api */
const UNSAID_LIMIT_MS = 60_000;
/** GitHub counts by the hour. What says more (a clock that is wrong, milliseconds for seconds) is asked again then. */
const LONGEST_LIMIT_MS = 3_600_000;

/** `now` in epoch milliseconds; `isGivenUp`: the answer was not waited for any longer. No message has anything of the request in it. */
export function githubErrorOf(error: unknown, call: Call, now: number, isGivenUp: boolean): GitHubError {
  const answer = answerOf(error);
  if (answer === undefined && isGivenUp)
    return new GitHubError('network', `${call.what}: GitHub did not answer in time`);
  // Of octokit comes no TypeError but where it cannot make anything of an answer, and none of ours but for the same reason.
  if (answer === undefined && error instanceof TypeError) {
    return new GitHubError('invalid', `${call.what}: the answer is none of GitHub's`);
  }
  if (answer === undefined) return new GitHubError('network', `${call.what}: ${causeOf(error)}`);
  const { status, headers, message } = answer;
  const said = `${call.what}: GitHub answered ${status}${message === '' ? '' : `: ${message}`}`;
  const retryAt = limitEndsAt(answer, now);
  if (retryAt !== undefined) return new GitHubError('limit', said, { retryAt });
  switch (status) {
    case 401:
      return new GitHubError('permission', `${said}; the github-token is not valid, or not any more`);
    case 403:
      // What another app has made can be changed by that app alone.
      return /invalid app_id/i.test(message)
        ? new GitHubError('gone', `${said}; another app has made it`)
        : new GitHubError('permission', said, { permission: neededBy(headers, call) });
    case 404:
      return call.isOfKnown === true
        ? new GitHubError('gone', said)
        : new GitHubError('permission', said, { permission: neededBy(headers, call) });
    case 410:
      return new GitHubError('gone', said);
    default:
      return new GitHubError(status >= 500 ? 'server' : 'invalid', said);
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** GitHub's own sentence, on one line. */
  readonly message: string;
}

/** Undefined when there was none: octokit gives 500 to what never reached GitHub, but no response. */
function answerOf(error: unknown): Answer | undefined {
  const { response } = (error ?? {}) as { response?: { status?: unknown; headers?: unknown; data?: unknown } };
  if (response === undefined || typeof response.status !== 'number') return undefined;
  return {
    status: response.status,
    headers: (response.headers ?? {}) as Answer['headers'],
    message: messageOf(response.data),
  };
}

function messageOf(data: unknown): string {
  const { message, errors } = (data ?? {}) as { message?: unknown; errors?: unknown };
  if (typeof message !== 'string') return '';
  const details = Array.isArray(errors) ? errors.map(detailOf).filter((detail) => detail !== '') : [];
  return [message, ...details].join('; ').replace(/\s+/g, ' ').slice(0, 300);
}

function detailOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const { message, field, code } = (error ?? {}) as { message?: unknown; field?: unknown; code?: unknown };
  if (typeof message === 'string') return message;
  return [field, code].filter((part) => typeof part === 'string').join(' ');
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function limitEndsAt(answer: Answer, now: number): number | undefined {
  const endsAt = saidEnd(answer, now);
  return endsAt === undefined ? undefined : Math.min(Math.max(now, endsAt), now + LONGEST_LIMIT_MS);
}

function saidEnd({ status, headers, message }: Answer, now: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = Number(headers['retry-after'] ?? Number.NaN);
  if (after >= 0) return now + after * 1_000;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  if (headers['x-ratelimit-remaining'] === '0' && reset > 0) return reset * 1_000;
  return status === 429 || /secondary rate limit|abuse detection/i.test(message) ? now + UNSAID_LIMIT_MS : undefined;
}

/**
 * "issues=write; pull_requests=write" is what GitHub would have taken: the call's own where it is among them (also where reading would
 * do: what comes next writes), else the first, each as a workflow writes it.
 */
function neededBy(headers: Answer['headers'], { permission }: Call): string {
  const accepted = [...(headers['x-accepted-github-permissions'] ?? '').matchAll(/([a-z_]+)=(read|write)/g)].map(
    ([, name = '', level = '']) => `${name.replaceAll('_', '-')}: ${level}`,
  );
  const isOwn = accepted.some((one) => one.split(':', 1)[0] === permission.split(':', 1)[0]);
  return isOwn ? permission : (accepted[0] ?? permission);
}

/** fetch says "fetch failed", and why only in the innermost cause; of several addresses tried that one has a code and no message. */
function causeOf(error: unknown): string {
  let { message, code, cause } = (error ?? {}) as { message?: unknown; code?: unknown; cause?: unknown };
  for (let depth = 0; typeof cause === 'object' && cause !== null && depth < 5; depth += 1) {
    ({ message, code, cause } = cause as { message?: unknown; code?: unknown; cause?: unknown });
  }
  const why = String(message || code || error)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
  return `GitHub was not reached (${why})`;
}
