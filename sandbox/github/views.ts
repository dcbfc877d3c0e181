/** What is kept, in the shape in which GitHub answers. */
import { appShape, instant, nodeId, pullRequestShape, repositoryShape, userShape } from './shapes.ts';
import type {
  Author,
  CheckRunState,
  CommentState,
  DeploymentState,
  DeploymentStatusState,
  PullRequest,
  PullRequestFile,
  World,
} from './world.ts';

export const repositoryUrl = (world: World) => `${world.apiUrl}/repos/${world.owner}/${world.repository}`;
const pageUrl = (world: World) => `${world.serverUrl}/${world.owner}/${world.repository}`;

const appOf = (world: World, { app }: Author) => (app === undefined ? null : appShape(world, app));

/** The commit of a branch that nobody named one for. */
export const NO_COMMIT = '0'.repeat(40);

export function checkRunView(world: World, run: CheckRunState): object {
  const url = `${repositoryUrl(world)}/check-runs/${run.id}`;
  const page = `${pageUrl(world)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion ?? null,
    started_at: instant(run.startedAt),
    completed_at: run.completedAt === undefined ? null : instant(run.completedAt),
    output: {
      title: run.output?.title ?? null,
      summary: run.output?.summary ?? null,
      text: run.output?.text ?? null,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: appShape(world, run.app),
    pull_requests: pullRequestsOfCheck(world, run.headSha),
  };
}

/** Open ones of this repository whose head it is: pushes to forks are not looked for. */
export function pullRequestsOfCheck(world: World, sha: string): object[] {
  const isShown = (one: PullRequest) => one.state === 'open' && one.headSha === sha && one.headOwner === world.owner;
  const { id } = repositoryShape(world, {
    owner: world.owner,
    name: world.repository,
    defaultBranch: world.defaultBranch,
  }) as { id: number };
  const repo = { id, url: repositoryUrl(world), name: world.repository };
  return [...world.pullRequests.values()].filter(isShown).map((one) => ({
    id: (pullRequestView(world, one) as { id: number }).id,
    number: one.number,
    url: `${repositoryUrl(world)}/pulls/${one.number}`,
    head: { ref: one.branch, sha: one.headSha, repo },
    base: { ref: world.defaultBranch, sha: world.branches.get(world.defaultBranch) ?? NO_COMMIT, repo },
  }));
}

export function pullRequestView(world: World, one: PullRequest): object {
  return pullRequestShape(world, {
    ...one,
    owner: world.owner,
    repository: world.repository,
    defaultBranch: world.defaultBranch,
    baseSha: world.branches.get(world.defaultBranch) ?? NO_COMMIT,
    updatedAt: Date.now(),
  });
}

export function fileView(world: World, one: PullRequest, file: PullRequestFile): object {
  return {
    sha: nodeId('f', file.filename),
    ...file,
    changes: file.additions + file.deletions,
    blob_url: `${pageUrl(world)}/blob/${one.headSha}/${file.filename}`,
    raw_url: `${pageUrl(world)}/raw/${one.headSha}/${file.filename}`,
    contents_url: `${repositoryUrl(world)}/contents/${file.filename}?ref=${one.headSha}`,
  };
}

export function deploymentView(world: World, one: DeploymentState): object {
  const url = `${repositoryUrl(world)}/deployments/${one.id}`;
  return {
    url,
    id: one.id,
    node_id: nodeId('DE', one.id),
    sha: one.sha,
    ref: one.ref,
    task: one.task,
    payload: one.payload,
    original_environment: one.environment,
    environment: one.statuses.at(-1)?.environment ?? one.environment,
    description: one.description,
    creator: userShape(world, one.author.login),
    created_at: instant(one.createdAt),
    updated_at: instant(one.statuses.at(-1)?.createdAt ?? one.createdAt),
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl(world),
    transient_environment: one.isTransient,
    production_environment: one.isProduction,
    performed_via_github_app: appOf(world, one.author),
  };
}

export function deploymentStatusView(world: World, of: DeploymentState, status: DeploymentStatusState): object {
  const url = `${repositoryUrl(world)}/deployments/${of.id}`;
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DES', status.id),
    state: status.state,
    creator: userShape(world, status.author.login),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: instant(status.createdAt),
    updated_at: instant(status.createdAt),
    deployment_url: url,
    repository_url: repositoryUrl(world),
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: appOf(world, status.author),
  };
}

export function commentView(world: World, comment: CommentState): object {
  const url = `${repositoryUrl(world)}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${pageUrl(world)}/pull/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(world)}/issues/${comment.issue}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: userShape(world, comment.author.login),
    created_at: instant(comment.createdAt),
    updated_at: instant(comment.updatedAt),
    author_association: comment.author.app === undefined ? 'CONTRIBUTOR' : 'NONE',
    body: comment.body,
    reactions: {
      url: `${url}/reactions`,
      total_count: 0,
      '+1': 0,
      '-1': 0,
      laugh: 0,
      hooray: 0,
      confused: 0,
      heart: 0,
      rocket: 0,
      eyes: 0,
    },
    performed_via_github_app: appOf(world, comment.author),
  };
}
