/**
 * Whose fault an end without a verdict is: `user` (inputs, settings in AWS), `aws` (a call that failed for good).
 * Messages are lower case, without a full stop, name the thing, the value and what to change.
 */

/** One thing that is wrong, found before anything was changed. */
export interface Fault {
  /** The input's name as in action.yml, or what in AWS is wrong ("service web", "rule arn:…"). */
  readonly subject: string;
  /** What is wrong, the value included. */
  readonly problem: string;
  /** What to do about it. */
  readonly fix: string;
  /** Where it stands, from the root of the repository, for who tells it; undefined: nobody has looked, or it was told already. */
  readonly at?: { readonly path: string; readonly line: number } | undefined;
}

/** Everything that is wrong at once. Nothing was changed in AWS. */
export class FaultsFound extends Error {
  override readonly name = 'FaultsFound';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(faultSentence).join('\n'));
    this.faults = faults;
  }
}

/** "hold: 5 has no unit; write 5s, 5m or 5h" */
export function faultSentence(fault: Fault): string {
  return `${fault.subject}: ${fault.problem}; ${fault.fix}`;
}

/**
 * Why a call to the outside failed, as far as it matters for what to do next:
 * `throttled`, `network` and `server` pass by themselves; `credentials` and `denied` do not; the others are about this one call.
 */
export type CallFailure =
  | 'throttled'
  | 'network'
  | 'server'
  | 'credentials'
  | 'denied'
  | 'not-found'
  | 'conflict'
  | 'invalid';

/** A call that failed. The message names the thing, not the function: "describe service web in cluster demo: …". */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly failure: CallFailure;
  /** The service's own code, for example `ServiceNotFoundException`; empty when there was no answer. */
  readonly code: string;

  constructor(failure: CallFailure, code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
    this.code = code;
  }

  /** Whether the same call may well succeed later. */
  get isPassing(): boolean {
    return this.failure === 'throttled' || this.failure === 'network' || this.failure === 'server';
  }
}

/** Something that ended the job on the way (a build that failed, a push that was refused), with what to do. */
export class JobFailed extends Error {
  override readonly name = 'JobFailed';
}

/** A program of this machine that did not end with 0. The message is one line: what was run, how it ended, what it said about it. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  /** Undefined when it could not be started. */
  readonly exitCode: number | undefined;
  /** The end of what it wrote, standard error preferred. */
  readonly lastLines: readonly string[];

  /** `command` says what was to be done, without values: "docker push". */
  constructor(command: string, exitCode: number | undefined, lastLines: readonly string[]) {
    const how = exitCode === undefined ? 'could not be started' : `ended with ${exitCode}`;
    const said =
      lastLines.findLast((line) => /error|denied|failed|unauthorized|invalid/i.test(line)) ?? lastLines.at(-1);
    super(`${command} ${how}${said === undefined ? '' : `: ${said.trim()}`}`);
    this.exitCode = exitCode;
    this.lastLines = lastLines;
  }
}

/** GitHub could not be told. Never the end of a deployment: a warning, once a kind. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError';
  /** permission: the token lacks `permission`. limit: not before `retryAt`. gone: what was to be changed is not there, or another app's. */
  readonly failure: 'permission' | 'limit' | 'gone' | 'invalid' | 'server' | 'network';
  /** As a workflow writes it: "checks: write". */
  readonly permission: string | undefined;
  /** Epoch milliseconds. */
  readonly retryAt: number | undefined;

  constructor(
    failure: GitHubError['failure'],
    message: string,
    more: { readonly permission?: string; readonly retryAt?: number } = {},
  ) {
    super(message);
    this.failure = failure;
    this.permission = more.permission;
    this.retryAt = more.retryAt;
  }
}
