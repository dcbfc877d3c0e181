import { createOrders, type Ordered, seededRandom } from '../faults.ts';

/** Which requests a fault hits. */
export interface GitHubFaultScope extends Ordered {
  /** Names of GitHub's description: `checks/update`, `checks/*`; without it every request. */
  readonly operations?: readonly string[];
}

export type GitHubFault = GitHubFaultScope &
  (
    | { readonly kind: 'server-error'; readonly status?: 500 | 502 | 503 }
    /** Carried out, the answer comes this many milliseconds later. */
    | { readonly kind: 'slow-answer'; readonly delayMs: number }
    /** Not carried out, and never answered: the connection stays open until the client gives up. */
    | { readonly kind: 'no-answer' }
    /** Not carried out, the connection is destroyed. */
    | { readonly kind: 'dropped' }
    /** Carried out, then the connection is destroyed. */
    | { readonly kind: 'lost-answer' }
    /** 429 unless told. Without `retryAfterS` there is no such header. */
    | { readonly kind: 'secondary-limit'; readonly status?: 403 | 429; readonly retryAfterS?: number }
    /** 403 unless told. The window begins anew in `resetInS` seconds, 3600 unless told. */
    | { readonly kind: 'primary-limit'; readonly status?: 403 | 429; readonly resetInS?: number }
    /** 422 "Validation Failed". */
    | { readonly kind: 'invalid' }
  );

/** Faults on order; all may be changed while the server runs. */
export interface GitHubFaults {
  /** Orders a fault; the returned function withdraws it. Throws a RangeError on a rate outside 0 to 1. */
  add(fault: GitHubFault): () => void;
  /** Withdraws all of them. */
  clear(): void;
  /** Those that hit this request, in the order in which they were ordered; counts down `next`. Called once a request. */
  hitting(operation: string): readonly GitHubFault[];
}

/** With a `seed` the same requests meet the same faults in every run. */
export function createGitHubFaults(seed = 1): GitHubFaults {
  const orders = createOrders<GitHubFault>(seededRandom(seed));
  const matches = ({ operations }: GitHubFault, operation: string) =>
    operations === undefined ||
    operations.some((name) => name === operation || (name.endsWith('/*') && operation.startsWith(name.slice(0, -1))));
  return {
    add: orders.add,
    clear: orders.clear,
    hitting: (operation) => [...orders.hitting((fault) => matches(fault, operation))],
  };
}
