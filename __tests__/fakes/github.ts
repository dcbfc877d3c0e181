/**
 * GitHub's pages of one repository, as the port sees them: what is told stays, and every call is written down with its time.
 * `trouble` is asked before each call: it may throw, or take its time.
 */
import type { CheckRun, GitHubContext, GitHubDeploymentStatus } from '../../src/core/github.ts';
import type { Clock, GitHub } from '../../src/ports.ts';

export interface FakeGitHubPort extends GitHub {
  readonly calls: readonly { readonly name: keyof GitHub; readonly at: number }[];
  /** Each with all that it was told, the newest last. */
  readonly checks: readonly { readonly id: number; readonly told: readonly CheckRun[] }[];
  readonly deployments: readonly {
    readonly id: number;
    readonly sha: string;
    readonly environment: string;
    readonly told: readonly GitHubDeploymentStatus[];
  }[];
  /** Bodies by pull request and marker. */
  readonly comments: ReadonlyMap<string, string>;
  readonly retired: readonly number[];
}

export const SHA = 'c0ffee'.padEnd(40, '0');

export function onGitHub(context: Partial<GitHubContext> = {}): GitHubContext {
  return {
    owner: 'example',
    repository: 'shop',
    sha: SHA,
    runUrl: 'https://github.com/example/shop/actions/runs/1',
    event: { kind: 'other', name: 'push' },
    ...context,
  };
}

export function createFakeGitHub(
  clock: Clock,
  trouble: (name: keyof GitHub) => Promise<void> | void = () => {},
  pullRequests: readonly number[] = [7],
): FakeGitHubPort {
  const calls: { name: keyof GitHub; at: number }[] = [];
  const checks: { id: number; told: CheckRun[] }[] = [];
  const deployments: { id: number; sha: string; environment: string; told: GitHubDeploymentStatus[] }[] = [];
  const comments = new Map<string, string>();
  const retired: number[] = [];
  const begin = async (name: keyof GitHub): Promise<void> => {
    calls.push({ name, at: clock.now() });
    await trouble(name);
  };
  const found = <T extends { readonly id: number }>(all: readonly T[], id: number): T => {
    const one = all.find((each) => each.id === id);
    if (one === undefined) throw new Error(`there is no ${id}`);
    return one;
  };
  return {
    calls,
    checks,
    deployments,
    comments,
    retired,
    async createCheckRun(check) {
      await begin('createCheckRun');
      checks.push({ id: 100 + checks.length, told: [check] });
      return 99 + checks.length;
    },
    async updateCheckRun(id, check) {
      await begin('updateCheckRun');
      found(checks, id).told.push(check);
    },
    async createDeployment({ sha, environment }) {
      await begin('createDeployment');
      deployments.push({ id: 200 + deployments.length, sha, environment, told: [] });
      return 199 + deployments.length;
    },
    async deploymentOf({ sha, environment }) {
      await begin('deploymentOf');
      return deployments.findLast((one) => one.sha === sha && one.environment === environment)?.id;
    },
    async setDeploymentStatus(id, status) {
      await begin('setDeploymentStatus');
      found(deployments, id).told.push(status);
    },
    async retireEarlier(id) {
      await begin('retireEarlier');
      retired.push(id);
    },
    async pullRequestsOf(sha) {
      await begin('pullRequestsOf');
      return sha === SHA ? pullRequests : [];
    },
    async comment(pullRequest, marker, body) {
      await begin('comment');
      comments.set(`${pullRequest} ${marker}`, body);
    },
  };
}
