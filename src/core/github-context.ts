/** What the runner's variables and the event's file say of where and why the job runs. Nothing of it is trusted to be well formed. */
import type { GitHubContext, GitHubEvent } from './github.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Events of which more is needed than their name: their file is read. */
export function needsEventFile(eventName: string | undefined): boolean {
  return eventName === 'check_run' || eventName === 'pull_request' || eventName === 'pull_request_target';
}

/**
 * Undefined where nothing tells the repository or the commit: not on GitHub. `event` is the event's file, parsed; undefined when
 * it was not read. https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function githubContextOf(environment: Environment, event: unknown): GitHubContext | undefined {
  const [owner = '', repository = '', ...more] = (environment['GITHUB_REPOSITORY'] ?? '').split('/');
  const sha = environment['GITHUB_SHA'] ?? '';
  if (owner === '' || repository === '' || more.length > 0 || sha === '') return undefined;
  const name = environment['GITHUB_EVENT_NAME'] ?? '';
  const action = actionOf(environment);
  return {
    owner,
    repository,
    sha: commitOf(name, event) ?? sha,
    runUrl: runUrlOf(environment, `${owner}/${repository}`),
    event: eventOf(name, event, `${owner}/${repository}`),
    ...(action === undefined ? {} : { action }),
  };
}

/**
 * Within an action made of steps the runner may tell of another (https://github.com/actions/runner/issues/2473), and of `uses: ./` it tells
 * nothing: what is told to people to write is only taken when it is a repository of this action's name.
 */
function actionOf(environment: Environment): string | undefined {
  const repository = environment['GITHUB_ACTION_REPOSITORY'] ?? '';
  const ref = environment['GITHUB_ACTION_REF'] ?? '';
  return /^[\w.-]+\/greenlight$/i.test(repository) && /^[\w./-]+$/.test(ref) ? `${repository}@${ref}` : undefined;
}

/** The attempt's own page from the second attempt on: the run's shows the newest. */
function runUrlOf(environment: Environment, repository: string): string {
  const server = environment['GITHUB_SERVER_URL'] || 'https://github.com';
  const run = environment['GITHUB_RUN_ID'];
  if (run === undefined || run === '') return `${server}/${repository}/actions`;
  const attempt = environment['GITHUB_RUN_ATTEMPT'] ?? '1';
  return `${server}/${repository}/actions/runs/${run}${attempt === '1' ? '' : `/attempts/${attempt}`}`;
}

/**
 * A pull request's GITHUB_SHA is a merge that nobody looks at, until it is merged: then it is the commit on the branch that it went into.
 * That of a check run is the default branch's newest commit.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#check_run
 */
function commitOf(name: string, event: unknown): string | undefined {
  if (!needsEventFile(name)) return undefined;
  const sha =
    name === 'check_run'
      ? at(event, 'check_run', 'head_sha')
      : at(event, 'pull_request', 'merged') === true
        ? at(event, 'pull_request', 'merge_commit_sha')
        : at(event, 'pull_request', 'head', 'sha');
  return typeof sha === 'string' && sha !== '' ? sha : undefined;
}

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads */
function eventOf(name: string, event: unknown, repository: string): GitHubEvent {
  if (name === 'check_run' && at(event, 'action') === 'requested_action') {
    return {
      kind: 'requested-action',
      identifier: text(at(event, 'requested_action', 'identifier')),
      externalId: text(at(event, 'check_run', 'external_id')),
      checkName: text(at(event, 'check_run', 'name')),
    };
  }
  const number = at(event, 'pull_request', 'number');
  if (name.startsWith('pull_request') && typeof number === 'number') {
    // The head's repository is null once the fork has been deleted.
    return {
      kind: 'pull-request',
      number,
      isFork: name !== 'pull_request_target' && at(event, 'pull_request', 'head', 'repo', 'full_name') !== repository,
    };
  }
  return { kind: 'other', name };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (part, name) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[name] : undefined),
    value,
  );
}
