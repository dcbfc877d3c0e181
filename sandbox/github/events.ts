/**
 * What GITHUB_EVENT_PATH holds, with what the runner says of the event in its environment.
 * https://docs.github.com/webhooks/webhook-events-and-payloads,
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
import { type EventFixture, type EventPlace, placeOf, repositoryOf } from './event-place.ts';
import { appShape, idOf, instant, nodeId, userShape } from './shapes.ts';
import { ACTIONS } from './tokens.ts';
import { checkRunView, NO_COMMIT, pullRequestsOfCheck } from './views.ts';
import { type CheckRunState, createWorld, type World } from './world.ts';

export type { EventFixture, EventPlace } from './event-place.ts';
export { pullRequest } from './pull-request-event.ts';

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

const isWorld = (place: EventPlace): place is EventPlace & World => 'checkRuns' in place;
