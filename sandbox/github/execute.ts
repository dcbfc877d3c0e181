import type { Operation } from 'openapi-backend';
import type { Answer, Handler } from './call.ts';
import { checkRunHandlers } from './check-runs.ts';
import type { ApiRequest, ContractFault } from './contract.ts';
import { deploymentHandlers } from './deployments.ts';
import { pullRequestHandlers } from './pull-requests.ts';
import { isOver, rateOverview, type Window } from './rate-limit.ts';
import { invalidRequest, notFound, primaryLimit, Refusal } from './refusal.ts';
import { checkPermission, type Token } from './tokens.ts';
import type { World } from './world.ts';

/** The one that is served. https://docs.github.com/rest/about-the-rest-api/api-versions */
export const API_VERSION = '2022-11-28';

/** Stands for a body that is no JSON. */
export const NO_JSON = Symbol('no JSON');

export interface Asked {
  readonly request: ApiRequest;
  readonly operation: Operation | undefined;
  readonly faults: readonly ContractFault[];
  readonly requestId: string;
  /** Undefined without an Authorization header. */
  readonly secret: string | undefined;
  readonly token: Token | undefined;
  readonly window: Window;
  readonly now: number;
}

const handlers: Readonly<Record<string, Handler>> = {
  ...checkRunHandlers,
  ...deploymentHandlers,
  ...pullRequestHandlers,
};

/** Answers as GitHub does, or throws the Refusal that it gives. */
export function execute(world: World, asked: Asked): Answer {
  const { request, operation, token, now } = asked;
  checkHeaders(asked);
  if (operation === undefined) throw notFound();
  const name = operation.operationId ?? '';
  if (name === 'rate-limit/get') return { status: 200, body: rateOverview(asked.window) };
  if (isOver(asked.window)) throw primaryLimit(asked.requestId, now, 403, INSTALLATION);
  const params = pathParams(operation.path, request.path);
  if (!isHere(world, params)) throw notFound();
  if (token === undefined && request.method !== 'get') throw new Refusal(401, 'Requires authentication');
  if (token !== undefined) checkPermission(token, name);
  checkForm(asked);
  const handler = handlers[name];
  if (handler === undefined) throw notFound();
  return handler({
    world,
    params,
    query: request.query,
    body: (request.body ?? {}) as Readonly<Record<string, unknown>>,
    url: `${world.apiUrl}${request.path}`,
    token,
    now,
  });
}

/** Of the app whose token it is; only ever seen in a sentence. */
export const INSTALLATION = 48_411;

function checkHeaders({ request, secret, token }: Asked): void {
  if (!request.headers['user-agent'])
    throw new Refusal(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header',
      { page: 'https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#user-agent-required' },
    );
  const version = request.headers['x-github-api-version'];
  if (version !== undefined && version !== API_VERSION)
    throw new Refusal(400, `The version "${version}" is not supported; supported are: ${API_VERSION}.`, {
      page: 'https://docs.github.com/rest/about-the-rest-api/api-versions',
    });
  if (secret !== undefined && token === undefined)
    throw new Refusal(401, 'Bad credentials', { page: 'https://docs.github.com/rest' });
}

function checkForm({ request, faults }: Asked): void {
  if (request.body === NO_JSON) throw new Refusal(400, 'Problems parsing JSON');
  if (request.body !== undefined && (typeof request.body !== 'object' || Array.isArray(request.body)))
    throw new Refusal(400, 'Body should be a JSON object');
  // A number in the path that is none leads nowhere.
  if (faults.some(({ where }) => where === 'path')) throw notFound();
  const inBody = faults.filter(({ where }) => where === 'body');
  if (inBody.length > 0) throw invalidRequest([...new Set(inBody.map(({ words }) => words))]);
}

function isHere(world: World, { owner, repo }: Readonly<Record<string, string>>): boolean {
  const same = (one: string | undefined, other: string) => one?.toLowerCase() === other.toLowerCase();
  return same(owner, world.owner) && same(repo, world.repository);
}

function pathParams(template: string, path: string): Readonly<Record<string, string>> {
  const parts = path.split('/');
  return Object.fromEntries(
    template.split('/').flatMap((name, index) => {
      const [, parameter] = /^\{(.+)\}$/.exec(name) ?? [];
      return parameter === undefined ? [] : [[parameter, decoded(parts[index] ?? '')] as const];
    }),
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
