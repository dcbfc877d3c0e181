import { type EventFixture, type EventPlace, placeOf, repositoryOf } from './event-place.ts';
import { type PullRequestFacts, pullRequestShape, userShape } from './shapes.ts';
import { NO_COMMIT } from './views.ts';

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
