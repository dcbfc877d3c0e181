import { seededRandom } from '../faults.ts';

/** Which requests a fault hits. Without `rate` and `next` it hits every one that matches. */
export interface GitHubFaultScope {
  /** Share of the requests, 0 to 1. */
  readonly rate?: number;
  /** Only the next n matching requests; then the fault is used up. */
  readonly next?: number;
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
  const random = seededRandom(seed);
  const ordered = new Map<GitHubFault, number>();

  const matches = ({ operations }: GitHubFault, operation: string) =>
    operations === undefined ||
    operations.some((name) => name === operation || (name.endsWith('/*') && operation.startsWith(name.slice(0, -1))));

  const hits = (fault: GitHubFault): boolean => {
    if (fault.rate !== undefined && random() >= fault.rate) return false;
    if (fault.next === undefined) return true;
    const left = (ordered.get(fault) ?? 0) - 1;
    if (left > 0) ordered.set(fault, left);
    else ordered.delete(fault);
    return left >= 0;
  };

  return {
    add(fault) {
      if (fault.rate !== undefined && !(fault.rate >= 0 && fault.rate <= 1))
        throw new RangeError(`rate of a fault must be between 0 and 1, got ${fault.rate}`);
      const own = { ...fault };
      ordered.set(own, own.next ?? 0);
      return () => void ordered.delete(own);
    },
    clear: () => ordered.clear(),
    hitting: (operation) => [...ordered.keys()].filter((fault) => matches(fault, operation) && hits(fault)),
  };
}
