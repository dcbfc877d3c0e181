/** One call that reached the endpoint, in the order of the answers. */
export interface CallRecord {
  /** Epoch milliseconds of its arrival. */
  readonly at: number;
  /** The signing name, `ecs` for example. */
  readonly service: string;
  readonly operation: string;
  /** As the handler got it; undefined when the call did not get that far. */
  readonly input: unknown;
  readonly status: number;
  readonly errorCode: string | undefined;
  /** Members of the request that AWS does not know and ignores: nearly always a mistake of the client. */
  readonly ignored: readonly string[];
  readonly accessKeyId: string | undefined;
}

/** The sandbox itself answered as AWS could not have. Tests hold that there is none. */
export interface Violation {
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly problem: string;
}

/** Keeps the newest calls; a listener hears of every one. */
export interface Recorder {
  readonly calls: readonly CallRecord[];
  readonly violations: readonly Violation[];
  call(record: CallRecord): void;
  violation(violation: Violation): void;
  /** Returns the function that ends the listening. */
  onCall(listener: (record: CallRecord) => void): () => void;
}

/** `keep`: so many calls stay readable. */
export function createRecorder(keep = 100_000): Recorder {
  const calls: CallRecord[] = [];
  const violations: Violation[] = [];
  const listeners = new Set<(record: CallRecord) => void>();
  return {
    calls,
    violations,
    call(record) {
      calls.push(record);
      // In blocks, so that a long run does not move the whole array with each call.
      if (calls.length > keep * 1.1) calls.splice(0, calls.length - keep);
      for (const listener of listeners) listener(record);
    },
    violation: (violation) => void violations.push(violation),
    onCall(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
