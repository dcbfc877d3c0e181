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
  | { readonly kind: 'traffic' }
  | MetricsGate;

/** The candidate is not worse than stable, by both versions' counts of requests that failed or were slow. */
export interface MetricsGate {
  readonly kind: 'metrics';
  readonly source: MetricsSource;
  readonly judges: JudgedMetrics;
  /** How often a version as good as stable may be turned back, however often one looks; 0.01 is once in a hundred rollouts. */
  readonly alpha: number;
  /** A step ends before its hold is over when a harm as large as `exclude` is excluded. */
  readonly early: boolean;
  /** A step does not end before a harm as large as `exclude` is excluded. */
  readonly conclusive: boolean;
  /** Ratio of the candidate's share of bad requests to stable's, for example 2: twice as many. */
  readonly exclude: number;
  /** New tasks are not judged for so long after their first users, an outage apart. */
  readonly coldStartMs: number;
}

/** What is judged; at least one of the two. */
export interface JudgedMetrics {
  readonly errors: HarmLimits | undefined;
  /** `overMs`: what is slow; undefined: what only one in a hundred of stable's requests was slower than before the rollout. */
  readonly latency: (HarmLimits & { readonly overMs: number | undefined }) | undefined;
}

export interface HarmLimits {
  /** So many times stable's share of bad requests is tolerated; 1: none more. */
  readonly tolerate: number;
  /** Below this share of bad requests (0 to 1) nobody cares. */
  readonly floor: number;
}

/** Where the counts come from. In names, values and queries `{{revision}}` and the like stand for the version. */
export type MetricsSource =
  | { readonly kind: 'load-balancer' }
  /** Custom metrics of CloudWatch, each the sum of a minute. */
  | {
      readonly kind: 'cloudwatch';
      readonly namespace: string;
      readonly dimensions: Readonly<Record<string, string>>;
      readonly requests: string;
      readonly errors: string | undefined;
      readonly slow: string | undefined;
    }
  /** PromQL, each query the count of the minute before it is evaluated at. */
  | {
      readonly kind: 'prometheus';
      readonly url: string;
      readonly requests: string;
      readonly errors: string | undefined;
      readonly slow: string | undefined;
      /** The environment variable that holds a bearer token. */
      readonly tokenFrom: string | undefined;
    };

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
  /** Before this time (epoch milliseconds) another look would show the same; undefined: it may change at any time. */
  readonly sameUntil?: number;
  /** The step may end before its hold is over: what the hold is there to find out is known. */
  readonly settles?: true;
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
    case 'metrics':
      return metricsSubject(gate);
    case 'alarms':
      return gate.names.join(', ');
    case 'http':
      return gate.url;
    case 'run':
      return gate.command;
  }
}

/** "errors and latency", "errors from prometheus". */
function metricsSubject({ judges: { errors, latency }, source }: MetricsGate): string {
  const judged = [...(errors ? ['errors'] : []), ...(latency ? ['latency'] : [])].join(' and ');
  return source.kind === 'load-balancer' ? judged : `${judged} from ${source.kind}`;
}

/** "twice the errors", "1.5 times the errors and slow requests": what the gate excludes before it lets a hold end. */
export function excludedHarm({ judges: { errors, latency }, exclude }: MetricsGate): string {
  const harms = [...(errors ? ['errors'] : []), ...(latency ? ['slow requests'] : [])].join(' and ');
  return `${exclude === 2 ? 'twice' : `${exclude} times`} the ${harms}`;
}

/** The user's gates, and those of the engine that are not among them. */
export function withOwn(gates: readonly Gate[], own: readonly Gate[]): readonly Gate[] {
  return [...gates, ...own.filter(({ kind }) => gates.every((gate) => gate.kind !== kind))];
}
