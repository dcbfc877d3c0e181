/** One condition to pass before the next step, as the user wrote it. */
export type Gate = GateSubject & GatePatience;

/** How much a gate is forgiven. What is left out is the default. */
export interface GatePatience {
  /** So many bad looks in a row fail the gate; 1 when left out. */
  readonly failures?: number;
  /** So many looks in a row that could not look end the rollout; 3 when left out. */
  readonly errors?: number;
  /** Nothing is looked at before the candidate has stood at the step for so long; 0 when left out. */
  readonly warmUpMs?: number;
}

export type GateSubject =
  /** Every target of the candidate is healthy in its target group. */
  | { readonly kind: 'targets' }
  /** None of these CloudWatch alarms is in ALARM. */
  | { readonly kind: 'alarms'; readonly names: readonly string[] }
  /** `times` answers in a row with this status, each within `withinMs`. `${CANDIDATE_URL}` in the URL is replaced. */
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly status: number;
      readonly withinMs: number;
      readonly times: number;
    }
  /** A command that exits 0 within `withinMs`. */
  | { readonly kind: 'run'; readonly command: string; readonly withinMs: number }
  /** The target groups' own request counts show the share that was asked for. */
  | { readonly kind: 'traffic' };

/**
 * pass: the condition holds. fail: it does not, turn back. hold: not enough evidence yet, keep looking.
 * error: could not look. Four, never merged.
 */
export type Verdict = 'pass' | 'fail' | 'hold' | 'error';

/** What one look through a gate showed. */
export interface Reading {
  /** Index into the plan's gates. */
  readonly gate: number;
  /** The step at which it was taken (index into the plan's steps). */
  readonly step: number;
  /** Epoch milliseconds of the end of the look. */
  readonly at: number;
  readonly verdict: Verdict;
  /** A sentence for people: "2 of 2 targets healthy". */
  readonly sentence: string;
}

/** The gate's name in sentences, for example "http https://test.example.com/healthz". */
export function gateName(gate: GateSubject): string {
  const subject = gateSubject(gate);
  return subject === '' ? gate.kind : `${gate.kind} ${subject}`;
}

/** What the gate looks at, beside its kind; empty for one that needs no more words. */
export function gateSubject(gate: GateSubject): string {
  switch (gate.kind) {
    case 'targets':
    case 'traffic':
      return '';
    case 'alarms':
      return gate.names.join(', ');
    case 'http':
      return gate.url;
    case 'run':
      return gate.command;
  }
}

/** The user's gates, and those of the engine that are not among them. */
export function withOwn(gates: readonly Gate[], own: readonly Gate[]): readonly Gate[] {
  return [...gates, ...own.filter(({ kind }) => gates.every((gate) => gate.kind !== kind))];
}
