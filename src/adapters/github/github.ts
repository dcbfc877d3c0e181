/**
 * GitHub through @actions/github, which also knows the runner's proxy. It is loaded with the first call: a job without a token
 * does not pay for it. Nothing is tried again here; what a failure means is the caller's to decide.
 */
import { GitHubError } from '../../core/errors.ts';
import type { CheckRun } from '../../core/github.ts';
import type { GitHub } from '../../ports.ts';
import { version } from '../../version.ts';
import { type Call, githubErrorOf } from './failure.ts';

export interface GitHubPlace {
  readonly owner: string;
  readonly repository: string;
  readonly token: string;
  /** GITHUB_API_URL: https://api.github.com, or that of an Enterprise Server. */
  readonly apiUrl: string;
  /** Aborted when the job is over: a request under way is given up, so that it does not keep the process. */
  readonly over?: AbortSignal;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly limitMs?: number;
}

const LIMIT_MS = 10_000;
const PER_PAGE = 100;
/** Of comments that are looked through for the one to write anew. */
const MOST_PAGES = 5;

/** For the last success before this one: failures in between are passed by. */
const DEPLOYMENTS_LOOKED_AT = 10;

const CHECKS = 'checks: write';
const DEPLOYMENTS = 'deployments: write';
const PULL_REQUESTS = 'pull-requests: write';

type Octokit = ReturnType<typeof import('@actions/github').getOctokit>;

export function github(place: GitHubPlace): GitHub {
  const { owner, repository: repo, token, apiUrl, over, now = Date.now, limitMs = LIMIT_MS } = place;
  let loading: Promise<Octokit> | undefined;
  const load = (): Promise<Octokit> => {
    loading ??= import('@actions/github').then(({ getOctokit }) =>
      getOctokit(token, { baseUrl: apiUrl.replace(/\/+$/, ''), userAgent: `greenlight/${version}`, log: SILENT }),
    );
    return loading;
  };

  /** `send` gets what every request has: the place, and a signal for all that it sends. */
  async function ask<T>(call: Call, send: (octokit: Octokit, common: Common) => Promise<T>): Promise<T> {
    const limit = AbortSignal.timeout(limitMs);
    const signal = over === undefined ? limit : AbortSignal.any([limit, over]);
    try {
      return await send(await load(), { owner, repo, headers: HEADERS, request: { signal } });
    } catch (error) {
      if (error instanceof GitHubError) throw error;
      throw githubErrorOf(error, call, now(), signal.aborted);
    }
  }

  return {
    createCheckRun: (check) =>
      ask({ what: `create the check run "${check.name}"`, permission: CHECKS }, async (octokit, common) => {
        const { data } = await octokit.request('POST /repos/{owner}/{repo}/check-runs', {
          ...common,
          name: check.name,
          head_sha: check.sha,
          ...bodyOf(check),
        });
        return idOf(data);
      }),
    updateCheckRun: (id, check) =>
      ask(
        { what: `update the check run "${check.name}"`, permission: CHECKS, isOfKnown: true },
        async (octokit, common) => {
          await octokit.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
            ...common,
            check_run_id: id,
            name: check.name,
            ...bodyOf(check),
          });
        },
      ),
    createDeployment: ({ sha, environment, description }) =>
      ask({ what: `create the deployment to ${environment}`, permission: DEPLOYMENTS }, async (octokit, common) => {
        const { data } = await octokit.request('POST /repos/{owner}/{repo}/deployments', {
          ...common,
          ref: sha,
          environment,
          description: description.slice(0, 140),
          // GitHub would merge the default branch into the ref, and wait for checks: that of this very job among them.
          auto_merge: false,
          required_contexts: [],
        });
        return idOf(data);
      }),
    deploymentOf: ({ sha, environment }) =>
      ask({ what: `look for the deployment to ${environment}`, permission: DEPLOYMENTS }, async (octokit, common) => {
        const { data } = await octokit.request('GET /repos/{owner}/{repo}/deployments', {
          ...common,
          sha,
          environment,
          per_page: 1,
        });
        return listOf(data)[0]?.id;
      }),
    setDeploymentStatus: (id, { state, description, logUrl, environmentUrl }) =>
      ask(
        { what: `set the deployment to ${state}`, permission: DEPLOYMENTS, isOfKnown: true },
        async (octokit, common) => {
          const { data } = await octokit.request('POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', {
            ...common,
            deployment_id: id,
            state,
            description: description.slice(0, 140),
            log_url: logUrl,
            ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
            auto_inactive: true,
          });
          idOf(data);
        },
      ),
    retireEarlier: (id, environment) =>
      ask(
        { what: `retire earlier deployments to ${environment}`, permission: DEPLOYMENTS },
        async (octokit, common) => {
          const { data: newest } = await octokit.request('GET /repos/{owner}/{repo}/deployments', {
            ...common,
            environment,
            per_page: DEPLOYMENTS_LOOKED_AT,
          });
          // Newest first: what was before a success has been retired by that one.
          for (const earlier of listOf(newest).filter((one) => one.id < id)) {
            const of = { ...common, deployment_id: earlier.id };
            const route = '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
            const { data: statuses } = await octokit.request(`GET ${route}`, { ...of, per_page: 1 });
            const [last] = listOf(statuses);
            if (last?.state === 'inactive') return;
            if (last?.state !== 'success') continue;
            await octokit.request(`POST ${route}`, { ...of, state: 'inactive', auto_inactive: false });
            return;
          }
        },
      ),
    pullRequestsOf: (sha) =>
      ask({ what: 'look for the pull request of the commit', permission: PULL_REQUESTS }, async (octokit, common) => {
        const { data } = await octokit.request('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', {
          ...common,
          commit_sha: sha,
        });
        const isHere = (name: string): boolean => name.toLowerCase() === `${owner}/${repo}`.toLowerCase();
        return listOf(data)
          .filter(
            ({ state, merged_at, base }) => (state === 'open' || merged_at !== null) && isHere(base.repo.full_name),
          )
          .map(({ number }) => number);
      }),
    comment: (pullRequest, marker, body) =>
      ask({ what: `comment on pull request ${pullRequest}`, permission: PULL_REQUESTS }, async (octokit, common) => {
        const own = await ownComment(octokit, common, pullRequest, marker);
        const text = `${marker}\n${body}`;
        if (own === undefined) {
          const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
            ...common,
            issue_number: pullRequest,
            body: text,
          });
          idOf(data);
          return;
        }
        await octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
          ...common,
          comment_id: own,
          body: text,
        });
      }),
  };
}

interface Common {
  readonly owner: string;
  readonly repo: string;
  readonly headers: typeof HEADERS;
  readonly request: { readonly signal: AbortSignal };
}

const HEADERS = { 'x-github-api-version': '2022-11-28', accept: 'application/vnd.github+json' };

/** Octokit writes to the console of its own accord (deprecations): the job's log is ours. */
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * Of what was made. A proxy's page, half an answer, or the list that a redirected POST ends at, is none of GitHub's answers, whatever
 * its status says. Throws a TypeError.
 */
function idOf(data: object): number {
  if ('id' in data && typeof data.id === 'number') return data.id;
  throw new TypeError('nothing was made');
}

/** Throws a TypeError. */
function listOf<T>(data: readonly T[]): readonly T[] {
  if (Array.isArray(data)) return data;
  throw new TypeError('no list');
}

/** Buttons are sent each time: they are those of the newest state. At most 50 annotations fit into a request. */
function bodyOf(check: CheckRun) {
  return {
    details_url: check.detailsUrl,
    external_id: check.externalId,
    // GitHub takes a conclusion for the end, whatever the status says.
    ...(check.conclusion === undefined
      ? { status: check.status }
      : { status: 'completed' as const, conclusion: check.conclusion }),
    output: {
      title: check.title,
      summary: check.summary,
      ...(check.text === undefined ? {} : { text: check.text }),
      annotations: check.annotations.slice(0, 50).map(({ path, line, level, title, message }) => ({
        path,
        start_line: line,
        end_line: line,
        annotation_level: level,
        title,
        message,
      })),
    },
    actions: check.actions.map(({ label, description, identifier }) => ({ label, description, identifier })),
  };
}

/** Somebody from outside may write a comment with our marker: his is left alone. */
async function ownComment(
  octokit: Octokit,
  common: Common,
  pullRequest: number,
  marker: string,
): Promise<number | undefined> {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...common,
      issue_number: pullRequest,
      per_page: PER_PAGE,
      page,
    });
    const own = listOf(data).find(
      ({ body, user, author_association: association }) =>
        body?.split(/\r?\n/, 1)[0]?.trim() === marker &&
        (user?.type === 'Bot' || ['OWNER', 'MEMBER', 'COLLABORATOR'].includes(association)),
    );
    if (own !== undefined || data.length < PER_PAGE) return own?.id;
  }
  return undefined;
}
