import { CallError } from '../../core/errors.ts';

/** Which server is asked, and as whom. */
export interface PrometheusServer {
  readonly endpoint: URL;
  /** As the user wrote it, for messages. */
  readonly url: string;
  /** The environment variable that the token is from; undefined: none is sent. */
  readonly tokenFrom: string | undefined;
  readonly token: string | undefined;
}

/** Rejects a url or a token that cannot be used with CallError. No message ever shows a token or a password. */
export function serverOf(
  { url, tokenFrom }: { readonly url: string; readonly tokenFrom: string | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): PrometheusServer {
  const endpoint = endpointOf(url);
  return {
    endpoint,
    url: url.trim(),
    tokenFrom,
    token: tokenFrom === undefined ? undefined : tokenIn(tokenFrom, environment),
  };
}

/** `http://host/prometheus/` has its API at `http://host/prometheus/api/v1/query_range`. */
function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw unusable(`url: '${text.replace(/^.*@/s, '***@')}' is no http:// or https:// address`);
  }
  if (url.username !== '' || url.password !== '') {
    throw unusable(
      `url: a user or a password is in front of ${url.host}, where logs would show it; give a bearer token with token-from`,
    );
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query_range`;
  url.hash = '';
  return url;
}

function tokenIn(name: string, environment: Readonly<Record<string, string | undefined>>): string {
  // A secret often comes with the line break that it was saved with.
  const token = environment[name]?.trim() ?? '';
  if (token === '') {
    throw unusable(`token-from: the environment variable ${name} is not set or empty; set it with \`env\` at the step`);
  }
  // What is no header would be shown in fetch's own message.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw unusable(
      `token-from: what is in the environment variable ${name} has spaces, line breaks or letters that no token has`,
    );
  }
  return token;
}

function unusable(problem: string): CallError {
  return new CallError('invalid', '', `prometheus: ${problem}`);
}
