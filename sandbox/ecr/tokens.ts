import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../contracts.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html: valid for 12 hours. */
const tokenLifeMs = 12 * 3600 * 1000;

export type TokenState = 'none' | 'unknown' | 'expired' | 'valid';

/** Passwords for the registry, as GetAuthorizationToken hands them out. */
export interface Tokens {
  issue(): { readonly password: string; readonly expiresAt: Date };
  /** For the sandbox's own task runtime; does not run out. */
  readonly runtimePassword: string;
  /** Judges an Authorization header. */
  check(header: string | undefined): TokenState;
  /** Makes every token that was handed out run out now. */
  expireAll(): void;
}

export function createTokens(clock: SandboxClock): Tokens {
  const expiries = new Map<string, number>();
  const runtimePassword = randomBytes(32).toString('base64url');
  return {
    runtimePassword,
    issue() {
      const expiresAt = new Date(clock.now().getTime() + clock.real(tokenLifeMs));
      // As long as AWS's (docker and its credential helpers must cope with that), and of no meaning to the client.
      const payload = randomBytes(1200).toString('base64');
      const envelope = { payload, version: '2', type: 'DATA_KEY', expiration: Math.floor(expiresAt.getTime() / 1000) };
      const password = Buffer.from(JSON.stringify(envelope)).toString('base64');
      expiries.set(password, expiresAt.getTime());
      return { password, expiresAt };
    },
    check(header) {
      if (header === undefined) return 'none';
      const [, encoded = ''] = /^Basic (.+)$/i.exec(header) ?? [];
      const text = Buffer.from(encoded, 'base64').toString('utf8');
      if (!text.startsWith('AWS:')) return 'unknown';
      const password = text.slice('AWS:'.length);
      if (password === runtimePassword) return 'valid';
      const expiry = expiries.get(password);
      if (expiry === undefined) return 'unknown';
      return clock.now().getTime() < expiry ? 'valid' : 'expired';
    },
    expireAll() {
      for (const password of expiries.keys()) expiries.set(password, 0);
    },
  };
}
