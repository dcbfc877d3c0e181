import { AwsError } from './wire/service.ts';

/** How often a fault hits. Without `rate` and `next` it hits every call that matches. */
export interface Ordered {
  /** Share of the calls, 0 to 1. */
  readonly rate?: number;
  /** Only the next n matching calls; then the fault is used up. */
  readonly next?: number;
}

/** Which calls a fault hits. */
export interface FaultScope extends Ordered {
  /** `DescribeServices`, `ecs:DescribeServices` or `ecs:*`; without it every call. */
  readonly operations?: readonly string[];
}

export type Fault = FaultScope &
  (
    | { readonly kind: 'throttle' }
    | { readonly kind: 'server-error'; readonly status?: 500 | 503 }
    /** The call is executed, then the socket is destroyed without an answer. */
    | { readonly kind: 'lost-answer' }
    /** The call is executed, the answer comes this many real milliseconds later. */
    | { readonly kind: 'slow-answer'; readonly delayMs: number }
  );

export interface MsRange {
  readonly min: number;
  readonly max: number;
}

/** What happens to one call. */
export interface FaultPlan {
  /** Real milliseconds before the call is looked at. */
  readonly delayMs: number;
  readonly error: AwsError | undefined;
  /** Real milliseconds between execution and answer. */
  readonly answerDelayMs: number;
  readonly loseAnswer: boolean;
}

/** Faults of the AWS API, on order. All may be changed while the sandbox runs. */
export interface Faults {
  /** Real milliseconds added to every call. */
  latencyMs: number | MsRange;
  /** With `true` every call answers as AWS does once the session token has run out. */
  credentialsExpired: boolean;
  /** Access key ids that AWS does not know. */
  readonly rejectedAccessKeys: Set<string>;
  /** Orders a fault; the returned function withdraws it. Throws a RangeError on a rate outside 0 to 1. */
  add(fault: Fault): () => void;
  /** Withdraws all faults, the latency and the credentials' troubles too. */
  clear(): void;
  /** Decides on one call; counts down `next`. Called by the wire, once a call. */
  plan(service: string, operation: string, accessKeyId: string | undefined): FaultPlan;
}

/** Small seeded generator (mulberry32): equal seeds give equal faults for an equal sequence of calls. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Faults in the order in which they were ordered. */
export interface Orders<Fault extends Ordered> {
  /** The returned function withdraws it. Throws a RangeError on a rate outside 0 to 1. */
  add(fault: Fault): () => void;
  /** Withdraws all of them. */
  clear(): void;
  /** Those of the ones that match which hit this call, one by one: who takes no further one counts no further one down. */
  hitting(matches: (fault: Fault) => boolean): Iterable<Fault>;
}

export function createOrders<Fault extends Ordered>(random: () => number): Orders<Fault> {
  const ordered = new Map<Fault, number>();
  const hits = (fault: Fault): boolean => {
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
    *hitting(matches) {
      for (const fault of [...ordered.keys()]) if (matches(fault) && hits(fault)) yield fault;
    },
  };
}

/** The error names are those of the JSON protocols; the wire turns them into the query protocol's where AWS differs. */
export const throttlingError = () => new AwsError('ThrottlingException', 'Rate exceeded', 400);
export const expiredTokenError = () =>
  new AwsError('ExpiredTokenException', 'The security token included in the request is expired', 400);
export const unknownKeyError = () =>
  new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 400);
const serverError = (status: 500 | 503) =>
  status === 503
    ? new AwsError('ServiceUnavailable', 'The service is currently unavailable.', 503)
    : new AwsError('InternalFailure', 'The request processing has failed because of an unknown error.', 500);

/** With a `seed` the same calls meet the same faults in every run. */
export function createFaults(options: { readonly seed?: number; readonly latencyMs?: number | MsRange } = {}): Faults {
  const random = seededRandom(options.seed ?? 1);
  const orders = createOrders<Fault>(random);

  const matches = (fault: Fault, service: string, operation: string) =>
    fault.operations === undefined ||
    fault.operations.some(
      (name) => name === operation || name === `${service}:${operation}` || name === `${service}:*`,
    );

  const faults: Faults = {
    latencyMs: options.latencyMs ?? 0,
    credentialsExpired: false,
    rejectedAccessKeys: new Set(),
    add: orders.add,
    clear() {
      orders.clear();
      faults.latencyMs = 0;
      faults.credentialsExpired = false;
      faults.rejectedAccessKeys.clear();
    },
    plan(service, operation, accessKeyId) {
      const { latencyMs } = faults;
      const delayMs =
        typeof latencyMs === 'number' ? latencyMs : latencyMs.min + random() * (latencyMs.max - latencyMs.min);
      let error: AwsError | undefined;
      let answerDelayMs = 0;
      let loseAnswer = false;
      if (accessKeyId !== undefined && faults.rejectedAccessKeys.has(accessKeyId)) error = unknownKeyError();
      else if (faults.credentialsExpired) error = expiredTokenError();
      for (const fault of error === undefined ? orders.hitting((one) => matches(one, service, operation)) : []) {
        if (fault.kind === 'throttle') error = throttlingError();
        else if (fault.kind === 'server-error') error = serverError(fault.status ?? 500);
        else if (fault.kind === 'lost-answer') loseAnswer = true;
        else answerDelayMs += fault.delayMs;
        if (error !== undefined) break;
      }
      return { delayMs, error, answerDelayMs, loseAnswer };
    },
  };
  return faults;
}
