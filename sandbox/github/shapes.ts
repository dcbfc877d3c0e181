/** The shapes that GitHub repeats in nearly every answer and event: people, repositories, apps, pull requests. */
import { createHash } from 'node:crypto';
import type { App } from './tokens.ts';

/** What a shape needs to know of where it is. */
export interface Site {
  readonly apiUrl: string;
  readonly serverUrl: string;
}

/** As GitHub writes instants: whole seconds, in UTC. */
export const instant = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** Opaque, and the same for the same thing. */
export const nodeId = (kind: string, id: number | string) => `${kind}_${Buffer.from(String(id)).toString('base64url')}`;

/** A number for a name, so that the same person has the same id everywhere. */
export const idOf = (name: string) => createHash('sha256').update(name).digest().readUInt32BE(0) & 0x7fff_ffff;

/** Before any test runs: what was there "always" was made then. */
export const LONG_AGO = '2024-01-15T09:00:00Z';

export function userShape({ apiUrl, serverUrl }: Site, login: string): object {
  const isBot = login.endsWith('[bot]');
  const url = `${apiUrl}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id: idOf(login),
    node_id: nodeId(isBot ? 'BOT' : 'U', login),
    avatar_url: `https://avatars.githubusercontent.com/u/${idOf(login)}?v=4`,
    gravatar_id: '',
    url,
    html_url: isBot ? `${serverUrl}/apps/${login.replace('[bot]', '')}` : `${serverUrl}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: isBot ? 'Bot' : 'User',
    site_admin: false,
  };
}

export function appShape(site: Site, app: App): object {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    client_id: `Iv1.${idOf(app.slug).toString(16).padStart(16, '0')}`,
    owner: userShape(site, 'github'),
    name: app.name,
    description: '',
    external_url: `${site.serverUrl}/apps/${app.slug}`,
    html_url: `${site.serverUrl}/apps/${app.slug}`,
    created_at: LONG_AGO,
    updated_at: LONG_AGO,
    permissions: { checks: 'write', metadata: 'read' },
    events: ['check_run'],
  };
}

/** Endings of `…_url` members as GitHub has them, with the members' names. */
const REPOSITORY_URLS: Readonly<Record<string, string>> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

/** `fork`: the repository is one of another's. */
export function repositoryShape(
  site: Site,
  of: { readonly owner: string; readonly name: string; readonly defaultBranch: string; readonly isFork?: boolean },
): object {
  const fullName = `${of.owner}/${of.name}`;
  const url = `${site.apiUrl}/repos/${fullName}`;
  const page = `${site.serverUrl}/${fullName}`;
  return {
    id: idOf(fullName),
    node_id: nodeId('R', fullName),
    name: of.name,
    full_name: fullName,
    private: false,
    owner: userShape(site, of.owner),
    html_url: page,
    description: null,
    fork: of.isFork ?? false,
    url,
    ...Object.fromEntries(Object.entries(REPOSITORY_URLS).map(([member, ending]) => [member, `${url}${ending}`])),
    created_at: LONG_AGO,
    updated_at: LONG_AGO,
    pushed_at: LONG_AGO,
    git_url: `git://${new URL(site.serverUrl).host}/${fullName}.git`,
    ssh_url: `git@${new URL(site.serverUrl).hostname}:${fullName}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    homepage: null,
    size: 108,
    stargazers_count: 0,
    watchers_count: 0,
    language: 'Python',
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: 0,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: 'public',
    forks: 0,
    open_issues: 0,
    watchers: 0,
    default_branch: of.defaultBranch,
  };
}

export interface PullRequestFacts {
  readonly owner: string;
  readonly repository: string;
  readonly defaultBranch: string;
  readonly number: number;
  readonly title: string;
  readonly login: string;
  readonly branch: string;
  readonly headSha: string;
  readonly headOwner: string;
  /** The fork has been deleted since. */
  readonly isHeadGone?: boolean;
  readonly baseSha: string;
  readonly state: 'open' | 'closed';
  readonly mergeSha: string | undefined;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
}

/** A pull request as lists show it. */
export function pullRequestShape(site: Site, of: PullRequestFacts): object {
  const url = `${site.apiUrl}/repos/${of.owner}/${of.repository}`;
  const page = `${site.serverUrl}/${of.owner}/${of.repository}/pull/${of.number}`;
  const side = (owner: string, ref: string, sha: string, isGone = false) => ({
    label: `${owner}:${ref}`,
    ref,
    sha,
    user: userShape(site, owner),
    repo: isGone
      ? null
      : repositoryShape(site, {
          owner,
          name: of.repository,
          defaultBranch: of.defaultBranch,
          isFork: owner !== of.owner,
        }),
  });
  const links = {
    self: `${url}/pulls/${of.number}`,
    html: page,
    issue: `${url}/issues/${of.number}`,
    comments: `${url}/issues/${of.number}/comments`,
    review_comments: `${url}/pulls/${of.number}/comments`,
    review_comment: `${url}/pulls/comments{/number}`,
    commits: `${url}/pulls/${of.number}/commits`,
    statuses: `${url}/statuses/${of.headSha}`,
  };
  const id = idOf(`${of.owner}/${of.repository}#${of.number}`);
  const mergedAt = of.mergeSha === undefined ? null : instant(of.updatedAt);
  return {
    url: links.self,
    id,
    node_id: nodeId('PR', id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: links.issue,
    number: of.number,
    state: of.state,
    locked: false,
    title: of.title,
    user: userShape(site, of.login),
    body: null,
    created_at: LONG_AGO,
    updated_at: instant(of.updatedAt),
    closed_at: of.state === 'closed' ? instant(of.updatedAt) : null,
    merged_at: mergedAt,
    merge_commit_sha: of.mergeSha ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: [],
    milestone: null,
    draft: false,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    head: side(of.headOwner, of.branch, of.headSha, of.isHeadGone),
    base: side(of.owner, of.defaultBranch, of.baseSha),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: of.headOwner === of.owner ? 'OWNER' : 'CONTRIBUTOR',
    auto_merge: null,
    active_lock_reason: null,
  };
}
