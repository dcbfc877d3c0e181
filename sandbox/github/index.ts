/**
 * A GitHub on loopback that speaks the REST API as far as Greenlight does, and holds every request and every answer against
 * GitHub's own description. How it behaves, rule by rule: sandbox/behaviour/github.md.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerTo, serverError } from './answers.ts';
import { type PressedButton, press } from './buttons.ts';
import { loadContract } from './contract.ts';
import { type Asked, NO_JSON } from './execute.ts';
import { createGitHubFaults, type GitHubFault, type GitHubFaults } from './faults.ts';
import { checkable, read, requestId, send } from './http.ts';
import type { GitHubViolation, JournalEntry } from './journal.ts';
import { createRateLimits } from './rate-limit.ts';
import { ACTIONS, ALL_PERMISSIONS, type Token } from './tokens.ts';
import { type CommentState, createWorld, type World, type WorldOptions } from './world.ts';

export type { GitHubFault, GitHubFaults } from './faults.ts';
export type { GitHubViolation, JournalEntry } from './journal.ts';
export { ACTIONS, ALL_PERMISSIONS, type Token } from './tokens.ts';
export type { CheckRunState, CommentState, DeploymentState, PullRequestSeed, World, WorldOptions } from './world.ts';

export interface GitHubOptions extends WorldOptions {
  /** 0 (the default) picks a free one. Rejects with the system's error when it is taken. */
  readonly port?: number;
  /** Of GITHUB_TOKEN, what Greenlight uses unless told. What is not named is `none`. */
  readonly permissions?: (Token & { kind: 'installation' })['permissions'];
  /** 1,000 unless told, as GITHUB_TOKEN has. */
  readonly requestsPerHour?: number;
  /** For faults with a `rate`. */
  readonly seed?: number;
}

export interface FakeGitHub {
  /** `http://127.0.0.1:PORT`: GITHUB_API_URL, and @octokit's baseUrl. */
  readonly url: string;
  /** GITHUB_TOKEN: GitHub Actions' own, with `permissions`. */
  readonly token: string;
  /** Who may do what, by secret; may be changed while it runs. A secret that is not in it is answered 401. */
  readonly tokens: Map<string, Token>;
  readonly faults: GitHubFaults;
  /** What was told to it: check runs, deployments with their statuses, comments. */
  readonly world: World;
  /** Every request, in the order of arrival, those that were not answered too. */
  readonly journal: readonly JournalEntry[];
  /** Of this operation: `checks/update`, or all of `checks/*`. */
  requests(operation: string): readonly JournalEntry[];
  /** Tests hold that there is none. */
  readonly violations: readonly GitHubViolation[];
  /** Writes a comment as somebody else. Throws when there is no such pull request. */
  addComment(pullRequest: number, body: string, login?: string): CommentState;
  /** Somebody presses a button of a check run. Throws when GitHub shows no such button. */
  press(checkRun: number, identifier: string): PressedButton;
  /** Ends every connection, also those that wait for an answer. */
  close(): Promise<void>;
}

/** Rejects with the system's error when the port is taken. */
export async function startGitHub(options: GitHubOptions = {}): Promise<FakeGitHub> {
  const contract = await loadContract('api');
  const world = createWorld(options);
  const faults = createGitHubFaults(options.seed);
  const limits = createRateLimits(options.requestsPerHour ?? 1_000);
  const journal: JournalEntry[] = [];
  const violations: GitHubViolation[] = [];
  const token = `ghs_${randomBytes(18).toString('hex')}`;
  const tokens = new Map<string, Token>([
    [token, { kind: 'installation', app: ACTIONS, permissions: options.permissions ?? ALL_PERMISSIONS }],
  ]);
  const closing = new AbortController();

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = Date.now();
    const told = await read(request);
    const operation = contract.operationOf(told.method, told.path);
    const violate = (side: GitHubViolation['side'], problem: string) =>
      violations.push({ at, side, request: `${told.method.toUpperCase()} ${told.path}`, problem });
    const requestFaults = operation === undefined ? [] : contract.requestFaults(checkable(told), operation);
    if (operation === undefined) violate('request', "GitHub's description has no such path and method");
    for (const { where, pointer, words } of requestFaults) violate('request', `${where}${pointer}: ${words}`);

    const secret = /^(?:token|bearer) (.+)$/i.exec(told.headers['authorization'] ?? '')?.[1];
    const isFree = operation?.operationId === 'rate-limit/get';
    const window = limits[isFree ? 'look' : 'take'](secret ?? '', at);
    const asked: Asked = {
      request: told,
      operation,
      faults: requestFaults,
      requestId: requestId(),
      secret,
      token: secret === undefined ? undefined : tokens.get(secret),
      window,
      now: at,
    };
    const entry: JournalEntry = {
      at,
      method: told.method.toUpperCase(),
      path: told.path,
      query: told.query,
      operation: operation?.operationId,
      body: told.body === NO_JSON ? undefined : told.body,
      headers: told.headers,
      ignored: operation === undefined ? [] : contract.ignoredBy(operation, told),
      requestId: asked.requestId,
      status: undefined,
    };
    journal.push(entry);

    const hitting = faults.hitting(operation?.operationId ?? '');
    const has = (kind: GitHubFault['kind']) => hitting.some((fault) => fault.kind === kind);
    if (has('no-answer')) return;
    if (has('dropped')) return void request.socket.destroy();
    const outcome = answerTo(world, asked, hitting);
    const problems =
      operation === undefined || outcome.status >= 500
        ? []
        : contract.answerFaults(operation, outcome.status, outcome.body);
    for (const { pointer, words } of problems) violate('answer', `${outcome.status} ${pointer}: ${words}`);
    const delayMs = hitting.reduce((sum, fault) => sum + (fault.kind === 'slow-answer' ? fault.delayMs : 0), 0);
    if (delayMs > 0) await sleep(delayMs, undefined, { signal: closing.signal });
    if (has('lost-answer')) return void request.socket.destroy();
    const given = problems.length > 0 ? serverError(500) : outcome;
    entry.status = given.status;
    send(response, given, asked);
  };

  const server = createServer((request, response) => {
    // The client has gone away, or the server is being closed: nobody is left to answer to.
    serve(request, response).catch((error: unknown) => {
      if (!request.destroyed && !closing.signal.aborted)
        violations.push({
          at: Date.now(),
          side: 'answer',
          request: `${request.method} ${request.url}`,
          problem: String(error),
        });
      response.destroy();
    });
  });
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  world.apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: world.apiUrl,
    token,
    tokens,
    faults,
    world,
    journal,
    violations,
    requests: (wanted) =>
      journal.filter(({ operation }) =>
        wanted.endsWith('/*') ? operation?.startsWith(wanted.slice(0, -1)) : operation === wanted,
      ),
    addComment(pullRequest, body, login = 'octocat') {
      if (!world.pullRequests.has(pullRequest)) throw new Error(`there is no pull request ${pullRequest}`);
      const now = Date.now();
      const author = { login, app: undefined };
      const comment = { id: world.nextId(), issue: pullRequest, author, createdAt: now, updatedAt: now, body };
      world.comments.set(comment.id, comment);
      return comment;
    },
    press: (checkRun, identifier) => press(world, checkRun, identifier),
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
