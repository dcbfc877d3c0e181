import { createHmac, randomBytes } from 'node:crypto';
import type { RequestHead } from './message.ts';

/**
 * Cookie values that say which target group or target a client belongs to, readable to this load balancer alone.
 * An ALB encrypts a fresh value each time; here a value is fixed for each thing, so that nothing has to be remembered.
 */
export interface StickyTokens {
  tokenFor(name: string): string;
}

export function createStickyTokens(): StickyTokens {
  const secret = randomBytes(32);
  const tokens = new Map<string, string>();
  return {
    tokenFor(name) {
      let token = tokens.get(name);
      if (token === undefined) {
        token = createHmac('sha512', secret).update(name).digest('base64').replaceAll('=', '');
        tokens.set(name, token);
      }
      return token;
    },
  };
}

/** The value of a cookie, undefined when the request has none of that name. */
export function cookieOf(head: RequestHead, name: string): string | undefined {
  for (const header of head.headers) {
    if (header.key !== 'cookie') continue;
    for (const pair of header.value.split(';')) {
      const equals = pair.indexOf('=');
      if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
    }
  }
  return undefined;
}

/**
 * The two Set-Cookie lines of an ALB: the cookie, and its twin with SameSite=None for cross-origin requests.
 * docs.aws.amazon.com/elasticloadbalancing/latest/application/sticky-sessions.html
 */
export function stickyCookieLines(name: 'AWSALB' | 'AWSALBTG', token: string, seconds: number): string {
  const expires = new Date(Date.now() + seconds * 1_000).toUTCString();
  return (
    `Set-Cookie: ${name}=${token}; Expires=${expires}; Path=/\r\n` +
    `Set-Cookie: ${name}CORS=${token}; Expires=${expires}; Path=/; SameSite=None\r\n`
  );
}
