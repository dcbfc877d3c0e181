import { ACTIONS, type App } from './tokens.ts';

/** A repository with what was told to it. Instants are epoch milliseconds. */
export interface World {
  readonly owner: string;
  readonly repository: string;
  /** The API's address, as answers and Link headers have it. */
  apiUrl: string;
  /** GITHUB_SERVER_URL. */
  readonly serverUrl: string;
  readonly defaultBranch: string;
  /** Commits by branch. */
  readonly branches: Map<string, string>;
  /** Commits that exist; undefined: every full SHA does. */
  readonly commits: ReadonlySet<string> | undefined;
  /** Commits that the default branch is ahead of: a deployment with `auto_merge` merges it into them first. */
  readonly behind: Set<string>;
  readonly pullRequests: Map<number, PullRequest>;
  readonly checkRuns: Map<number, CheckRunState>;
  readonly deployments: Map<number, DeploymentState>;
  readonly comments: Map<number, CommentState>;
  /** The same for all kinds, and never given twice. */
  nextId(): number;
}

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly branch: string;
  readonly headSha: string;
  /** Commits that belong to it, the head's among them. */
  readonly commits: readonly string[];
  /** Who owns the repository that the head is in: another one for a fork. */
  readonly headOwner: string;
  readonly state: 'open' | 'closed';
  /** Undefined while it is not merged. */
  readonly mergeSha: string | undefined;
  readonly files: readonly PullRequestFile[];
  readonly login: string;
}

export interface PullRequestFile {
  readonly filename: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed';
  readonly additions: number;
  readonly deletions: number;
}

export interface CheckRunState {
  readonly id: number;
  readonly app: App;
  readonly suiteId: number;
  readonly headSha: string;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | undefined;
  startedAt: number;
  completedAt: number | undefined;
  externalId: string;
  detailsUrl: string | undefined;
  output: { readonly title: string; readonly summary: string; readonly text: string | undefined } | undefined;
  /** All that were sent, over all requests. */
  annotations: readonly AnnotationState[];
  actions: readonly { readonly label: string; readonly description: string; readonly identifier: string }[];
}

/** As it was sent. */
export interface AnnotationState {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
}

export interface DeploymentState {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly payload: unknown;
  readonly environment: string;
  readonly description: string | null;
  readonly isTransient: boolean;
  readonly isProduction: boolean;
  readonly author: Author;
  readonly createdAt: number;
  /** Oldest first. */
  readonly statuses: DeploymentStatusState[];
}

export interface DeploymentStatusState {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly author: Author;
  readonly createdAt: number;
}

export interface CommentState {
  readonly id: number;
  readonly issue: number;
  readonly author: Author;
  readonly createdAt: number;
  body: string;
  updatedAt: number;
}

/** Who did it: a person, or an app's bot. */
export interface Author {
  readonly login: string;
  readonly app: App | undefined;
}

export interface PullRequestSeed {
  readonly number: number;
  readonly headSha: string;
  readonly title?: string;
  readonly branch?: string;
  /** Commits besides the head. */
  readonly commits?: readonly string[];
  /** Owner of the fork that the head is in. */
  readonly fork?: string;
  readonly state?: 'open' | 'closed';
  /** The commit on the default branch that it was merged as: it is closed then. */
  readonly mergeSha?: string;
  readonly files?: readonly PullRequestFile[];
  readonly login?: string;
}

export interface WorldOptions {
  /** `example` unless told. */
  readonly owner?: string;
  /** `shop` unless told. */
  readonly repository?: string;
  /** `main` unless told. */
  readonly defaultBranch?: string;
  /** Commits by branch. */
  readonly branches?: Readonly<Record<string, string>>;
  /** The commits that exist; every full SHA does when it is left out. */
  readonly commits?: readonly string[];
  readonly pullRequests?: readonly PullRequestSeed[];
}

export function createWorld(options: WorldOptions): World {
  const owner = options.owner ?? 'example';
  let lastId = 1_000_000;
  return {
    owner,
    repository: options.repository ?? 'shop',
    apiUrl: 'https://api.github.com',
    serverUrl: 'https://github.com',
    defaultBranch: options.defaultBranch ?? 'main',
    branches: new Map(Object.entries(options.branches ?? {})),
    commits: options.commits && new Set(options.commits),
    behind: new Set(),
    pullRequests: new Map((options.pullRequests ?? []).map((seed) => [seed.number, pullRequest(seed, owner)])),
    checkRuns: new Map(),
    deployments: new Map(),
    comments: new Map(),
    nextId: () => ++lastId,
  };
}

function pullRequest(seed: PullRequestSeed, owner: string): PullRequest {
  return {
    number: seed.number,
    title: seed.title ?? `Change ${seed.number}`,
    branch: seed.branch ?? `change-${seed.number}`,
    headSha: seed.headSha,
    commits: [...(seed.commits ?? []), seed.headSha],
    headOwner: seed.fork ?? owner,
    state: seed.mergeSha === undefined ? (seed.state ?? 'open') : 'closed',
    mergeSha: seed.mergeSha,
    files: seed.files ?? [],
    login: seed.login ?? seed.fork ?? 'octocat',
  };
}

/** The commit that a SHA, a branch, `heads/BRANCH` or `refs/heads/BRANCH` names; undefined when there is none. */
export function resolveRef(world: World, ref: string): string | undefined {
  const branch = world.branches.get(ref.replace(/^(refs\/)?heads\//, ''));
  if (branch !== undefined) return branch;
  const isKnown = world.commits === undefined ? /^[0-9a-f]{40}$/.test(ref) : world.commits.has(ref);
  return isKnown || [...world.branches.values()].includes(ref) ? ref : undefined;
}

/** One suite for each app and commit. https://docs.github.com/rest/guides/using-the-rest-api-to-interact-with-checks */
export function suiteFor(world: World, app: App, sha: string): number {
  const beside = [...world.checkRuns.values()].find((run) => run.app.id === app.id && run.headSha === sha);
  return beside?.suiteId ?? world.nextId();
}

export const authorOf = (app: App | undefined, login: string): Author => ({ app, login });

/** The login of an app's bot: "github-actions[bot]". */
export const botOf = (app: App = ACTIONS) => `${app.slug}[bot]`;
