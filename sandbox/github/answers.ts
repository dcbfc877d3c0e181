import type { Answer } from './call.ts';
import { type Asked, execute, INSTALLATION } from './execute.ts';
import type { GitHubFault } from './faults.ts';
import { rateHeaders, type Window } from './rate-limit.ts';
import { primaryLimit, Refusal, secondaryLimit, validationFailed } from './refusal.ts';
import type { World } from './world.ts';

/** What GitHub answers, its refusals and the faults on order included. */
export function answerTo(world: World, asked: Asked, faults: readonly GitHubFault[]): Answer {
  return faults.flatMap((fault) => faultAnswer(fault, asked)).at(0) ?? carryOut(world, asked);
}

function carryOut(world: World, asked: Asked): Answer {
  try {
    const { status, body, headers } = execute(world, asked);
    // As the client gets it: without members that are undefined.
    return { status, body: JSON.parse(JSON.stringify(body)), ...(headers ? { headers } : {}) };
  } catch (error) {
    if (error instanceof Refusal) return refused(error, asked);
    throw error;
  }
}

/** What a fault answers in place of the operation; nothing for those that let it be carried out. */
function faultAnswer(fault: GitHubFault, asked: Asked): Answer[] {
  const { requestId: id, now, window } = asked;
  switch (fault.kind) {
    case 'server-error':
      return [serverError(fault.status ?? 500)];
    case 'secondary-limit':
      return [refused(secondaryLimit(id, now, fault.status ?? 429, fault.retryAfterS), asked)];
    case 'primary-limit': {
      const resetAtS = Math.floor(now / 1000) + (fault.resetInS ?? 3600);
      const spent: Window = { limit: window.limit, used: window.limit, resetAtS };
      const answer = refused(primaryLimit(id, now, fault.status ?? 403, INSTALLATION), asked);
      return [{ ...answer, headers: { ...answer.headers, ...rateHeaders(spent) } }];
    }
    case 'invalid':
      return [refused(validationFailed({ resource: 'Sandbox', code: 'custom', field: 'ordered' }), asked)];
    default:
      return [];
  }
}

function refused({ status, message, errors, headers, page }: Refusal, { operation }: Asked): Answer {
  const described = operation?.externalDocs?.url ?? 'https://docs.github.com/rest';
  const body = { message, ...(errors ? { errors } : {}), documentation_url: page ?? described, status: String(status) };
  return { status, body, headers };
}

/** 503 is a page, as from whatever stands before GitHub's servers. */
export function serverError(status: 500 | 502 | 503): Answer {
  return status === 503
    ? { status, body: '<html><body><h1>No server is currently available to service your request.</h1></body></html>' }
    : { status, body: { message: 'Server Error' } };
}
