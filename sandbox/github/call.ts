import type { App, Token } from './tokens.ts';
import { type Author, authorOf, botOf, type World } from './world.ts';

/** A request that GitHub's description allows, from a token that may make it. */
export interface Call {
  readonly world: World;
  /** Parts of the path by their names in the description, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** Of the request without its query, for Link headers. */
  readonly url: string;
  readonly token: Token | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers, or throws a Refusal. */
export type Handler = (call: Call) => Answer;

export function appOf({ token }: Call): App | undefined {
  return token?.kind === 'installation' ? token.app : undefined;
}

export function callerOf(call: Call): Author {
  const app = appOf(call);
  return authorOf(app, call.token?.kind === 'classic' ? call.token.login : botOf(app));
}

/** A member of the body that the description makes a text. */
export function text(call: Call, member: string): string | undefined {
  const value = call.body[member];
  return typeof value === 'string' ? value : undefined;
}
