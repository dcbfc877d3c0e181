/**
 * What GITHUB_EVENT_PATH holds, with what the runner says of the event in its environment.
 * https://docs.github.com/webhooks/webhook-events-and-payloads,
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
import {
  appShape,
  idOf,
  instant,
  nodeId,
  type PullRequestFacts,
  pullRequestShape,
  repositoryShape,
  type Site,
  userShape,
} from './shapes.ts';
import { ACTIONS } from './tokens.ts';
import { checkRunView, NO_COMMIT, pullRequestsOfCheck } from './views.ts';
import { type CheckRunState, createWorld, type World } from './world.ts';

export interface EventFixture {
  /** GITHUB_EVENT_NAME. */
  readonly name: string;
  /** The file at GITHUB_EVENT_PATH. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** GITHUB_SHA: for a pull request the merge that GitHub tries, not its head. */
  readonly sha: string;
  /** GITHUB_REF. */
  readonly ref: string;
  /** GITHUB_HEAD_REF, of pull requests alone. */
  readonly headRef?: string;
  /** GITHUB_BASE_REF, of pull requests alone. */
  readonly baseRef?: string;
}

/** Where it happened. A FakeGitHub's `world` is one. */
export interface EventPlace extends Partial<Site> {
  /** `example` unless told. */
  readonly owner?: string;
  /** `shop` unless told. */
  readonly repository?: string;
  /** `main` unless told. */
  readonly defaultBranch?: string;
  /** The default branch's last commit. */
  readonly defaultSha?: string | undefined;
  /** Who did it: `octocat` unless told. */
  readonly sender?: string;
  /** Epoch milliseconds; now unless told. */
  readonly now?: number;
}

/** Commits landed on a branch: the default one unless told. */
export function push(
  place: EventPlace,
  of: {
    readonly sha: string;
    readonly before?: string;
    readonly branch?: string;
    readonly message?: string;
    readonly modified?: readonly string[];
  },
): EventFixture {
  const at = placeOf(place);
  const ref = `refs/heads/${of.branch ?? at.defaultBranch}`;
  const before = of.before ?? NO_COMMIT;
  const page = `${at.serverUrl}/${at.owner}/${at.repository}`;
  const person = { name: at.sender, email: `${at.sender}@users.noreply.github.com`, username: at.sender };
  const commit = {
    id: of.sha,
    tree_id: of.sha.split('').reverse().join(''),
    distinct: true,
    message: of.message ?? 'Ship it',
    timestamp: instant(at.now),
    url: `${page}/commit/${of.sha}`,
    author: person,
    committer: person,
    added: [],
    removed: [],
    modified: of.modified ?? ['app/views.py'],
  };
  const { created_at, pushed_at, owner, ...rest } = repositoryOf(at) as Record<string, string | object>;
  const epochS = (text: unknown) => Math.floor(Date.parse(String(text)) / 1000);
  const payload = {
    ref,
    before,
    after: of.sha,
    // Of this event alone: instants as numbers, the owner with a name, and two names that no other has.
    repository: {
      ...rest,
      owner: { name: at.owner, email: null, ...(owner as object) },
      created_at: epochS(created_at),
      pushed_at: epochS(pushed_at),
      stargazers: 0,
      master_branch: at.defaultBranch,
    },
    pusher: { name: person.name, email: person.email },
    sender: userShape(at, at.sender),
    created: before === NO_COMMIT,
    deleted: false,
    forced: false,
    base_ref: null,
    compare: `${page}/compare/${before.slice(0, 12)}...${of.sha.slice(0, 12)}`,
    commits: [commit],
    head_commit: commit,
  };
  return { name: 'push', payload, sha: of.sha, ref };
}

/** Something happened to a pull request. With `fork` its head is in another's repository, and the token reads only. */
export function pullRequest(
  place: EventPlace,
  of: {
    readonly number: number;
    readonly headSha: string;
    readonly action?: 'opened' | 'synchronize' | 'closed';
    readonly title?: string;
    readonly branch?: string;
    readonly baseSha?: string;
    /** The commit that it would become, or with `closed` has become. */
    readonly mergeSha?: string;
    /** Owner of the fork. */
    readonly fork?: string;
    /** The fork has been deleted since: GitHub then knows no repository of the head. */
    readonly isForkGone?: boolean;
    /** With `closed`: merged unless told. */
    readonly isMerged?: boolean;
    /** With `synchronize`: the head before. */
    readonly before?: string;
  },
): EventFixture {
  const at = placeOf(place);
  const action = of.action ?? 'synchronize';
  const branch = of.branch ?? `change-${of.number}`;
  const mergeSha = of.mergeSha ?? of.headSha.split('').reverse().join('');
  const isMerged = action === 'closed' && of.isMerged !== false;
  const facts: PullRequestFacts = {
    owner: at.owner,
    repository: at.repository,
    defaultBranch: at.defaultBranch,
    number: of.number,
    title: of.title ?? `Change ${of.number}`,
    login: of.fork ?? at.sender,
    branch,
    headSha: of.headSha,
    headOwner: of.fork ?? at.owner,
    isHeadGone: of.isForkGone ?? false,
    baseSha: of.baseSha ?? at.defaultSha,
    state: action === 'closed' ? 'closed' : 'open',
    mergeSha: isMerged ? mergeSha : undefined,
    updatedAt: at.now,
  };
  const payload = {
    action,
    number: of.number,
    ...(action === 'synchronize' ? { before: of.before ?? NO_COMMIT, after: of.headSha } : {}),
    pull_request: {
      ...pullRequestShape(at, facts),
      merge_commit_sha: mergeSha,
      merged: isMerged,
      mergeable: isMerged ? null : true,
      rebaseable: isMerged ? null : true,
      mergeable_state: isMerged ? 'unknown' : 'clean',
      merged_by: isMerged ? userShape(at, at.sender) : null,
      comments: 0,
      review_comments: 0,
      maintainer_can_modify: of.fork !== undefined,
      commits: 1,
      additions: 3,
      deletions: 1,
      changed_files: 1,
    },
    repository: repositoryOf(at),
    sender: userShape(at, of.fork ?? at.sender),
  };
  return {
    name: 'pull_request',
    payload,
    sha: mergeSha,
    ref: isMerged ? `refs/heads/${at.defaultBranch}` : `refs/pull/${of.number}/merge`,
    headRef: branch,
    baseRef: at.defaultBranch,
  };
}

/** Somebody ran the workflow by hand. */
export function workflowDispatch(
  place: EventPlace,
  of: {
    readonly sha: string;
    readonly branch?: string;
    /** As they were typed: texts; booleans as "true". */
    readonly inputs?: Readonly<Record<string, string>>;
    readonly workflow?: string;
  },
): EventFixture {
  const at = placeOf(place);
  const ref = `refs/heads/${of.branch ?? at.defaultBranch}`;
  const payload = {
    inputs: of.inputs ?? null,
    ref,
    repository: repositoryOf(at),
    sender: userShape(at, at.sender),
    workflow: of.workflow ?? '.github/workflows/promote.yml',
  };
  return { name: 'workflow_dispatch', payload, sha: of.sha, ref };
}

/** Somebody pressed a button of a check run. It runs on the default branch, whatever commit the check run is of. */
export function requestedAction(
  place: EventPlace,
  of: {
    readonly identifier: string;
    readonly checkRun: Pick<CheckRunState, 'id' | 'name' | 'headSha' | 'externalId'> & Partial<CheckRunState>;
  },
): EventFixture {
  const at = placeOf(place);
  const world = isWorld(place) ? place : { ...createWorld({}), ...at };
  const run: CheckRunState = {
    app: ACTIONS,
    suiteId: idOf(`suite ${of.checkRun.headSha}`),
    status: 'completed',
    conclusion: 'action_required',
    startedAt: at.now,
    completedAt: at.now,
    detailsUrl: undefined,
    output: undefined,
    annotations: [],
    actions: [],
    ...of.checkRun,
  };
  const app = appShape(at, run.app);
  const suiteUrl = `${at.apiUrl}/repos/${at.owner}/${at.repository}/check-suites/${run.suiteId}`;
  const payload = {
    action: 'requested_action',
    requested_action: { identifier: of.identifier },
    check_run: {
      ...checkRunView(world, run),
      check_suite: {
        id: run.suiteId,
        node_id: nodeId('CS', run.suiteId),
        head_branch: at.defaultBranch,
        head_sha: run.headSha,
        status: run.status,
        conclusion: run.conclusion ?? null,
        url: suiteUrl,
        before: null,
        after: run.headSha,
        pull_requests: pullRequestsOfCheck(world, run.headSha),
        app,
        created_at: instant(run.startedAt),
        updated_at: instant(at.now),
      },
    },
    repository: repositoryOf(at),
    sender: userShape(at, at.sender),
    installation: { id: idOf(run.app.slug), node_id: nodeId('MDI', run.app.id) },
  };
  return { name: 'check_run', payload, sha: at.defaultSha, ref: `refs/heads/${at.defaultBranch}` };
}

/** A clock ran the workflow. No webhook: its form is the runner's own. */
export function schedule(
  place: EventPlace,
  of: { readonly cron?: string; readonly workflow?: string } = {},
): EventFixture {
  const at = placeOf(place);
  const payload = {
    repository: repositoryOf(at),
    schedule: of.cron ?? '30 5 * * 1-5',
    workflow: of.workflow ?? '.github/workflows/deploy.yml',
  };
  return { name: 'schedule', payload, sha: at.defaultSha, ref: `refs/heads/${at.defaultBranch}` };
}

function placeOf(place: EventPlace) {
  return {
    owner: place.owner ?? 'example',
    repository: place.repository ?? 'shop',
    defaultBranch: place.defaultBranch ?? 'main',
    defaultSha: place.defaultSha ?? NO_COMMIT,
    sender: place.sender ?? 'octocat',
    apiUrl: place.apiUrl ?? 'https://api.github.com',
    serverUrl: place.serverUrl ?? 'https://github.com',
    now: place.now ?? Date.now(),
  };
}

const repositoryOf = (at: ReturnType<typeof placeOf>) =>
  repositoryShape(at, { owner: at.owner, name: at.repository, defaultBranch: at.defaultBranch });

const isWorld = (place: EventPlace): place is EventPlace & World => 'checkRuns' in place;
