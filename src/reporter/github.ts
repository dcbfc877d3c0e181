/**
 * Tells GitHub's pages of a job while it goes on: the check run, the deployment, and at the end a note on the pull request. It hears
 * what the log hears and is never waited for: no call of its own can reject, and only `end` takes time, five seconds at most.
 */
import type { RolloutConfig } from '../core/config.ts';
import type { GitHubContext, GitHubSettings } from '../core/github.ts';
import { checkedService } from '../core/github-button.ts';
import { commitOfBy } from '../core/github-commit.ts';
import type { Clock, GitHub, Log, Runner } from '../ports.ts';
import { type History, NO_HISTORY } from '../report/history.ts';
import type { EndedLive, LiveJob } from '../report/live.ts';
import type { Reporter } from '../reporter.ts';
import { createErrands, type Known } from './errands.ts';
import { createMessenger } from './messenger.ts';

export interface ReporterOf {
  readonly command: 'deploy' | 'promote' | 'rollback';
  readonly config: Pick<RolloutConfig, 'cluster' | 'service' | 'github'>;
  readonly context: GitHubContext;
  /** In the post step: what the main one has kept, and whether it had begun a rollout. */
  readonly kept?: KeptOfGitHub & { readonly hasBegun: boolean };
}

/** For the post step, which may have to conclude what a killed main step has begun. */
export interface KeptOfGitHub extends Known {
  /** Empty: the context's. */
  readonly commit: string;
}

/** Undefined for what no main step of this version has kept. */
export function readKept(text: string): KeptOfGitHub | undefined {
  try {
    const { commit, check, deployment } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const id = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
    return { commit: typeof commit === 'string' ? commit : '', check: id(check), deployment: id(deployment) };
  } catch {
    return undefined;
  }
}

/**
 * Begins at once: with `deploy` the check is there from now on, for the other commands when the rollout has been found. In the post step
 * it says nothing before that has looked: the check says more already.
 */
export function createReporter(
  { command, config, context, kept }: ReporterOf,
  ports: { readonly github: GitHub; readonly clock: Clock; readonly log: Log; readonly runner: Runner },
): Reporter {
  const { github, clock, log, runner } = ports;
  const settings: GitHubSettings = config.github ?? { environment: config.service, environmentUrl: undefined };
  const service = checkedService(config.cluster, config.service);
  const isFork = context.event.kind === 'pull-request' && context.event.isFork;
  let history: History = kept?.hasBegun === true ? { ...NO_HISTORY, begunAt: clock.now() } : NO_HISTORY;
  let ended: EndedLive | undefined;
  let commit = kept === undefined || kept.commit === '' ? ownCommit(command, context) : kept.commit;
  let isOpen = false;
  let known: Known = { check: kept?.check, deployment: kept?.deployment };

  const job = (): LiveJob | undefined =>
    isOpen ? { ...service, command, sha: commit ?? context.sha, runUrl: context.runUrl, history, ended } : undefined;
  const errands = createErrands({
    github,
    settings,
    job,
    isCommitKnown: () => commit !== undefined,
    pullRequest: context.event.kind === 'pull-request' ? context.event.number : undefined,
    now: () => clock.now(),
    known,
    isKnown(more) {
      known = { ...known, ...more };
      keepState();
    },
    mayBeThere: command !== 'deploy' || kept !== undefined,
  });
  const hint = isFork ? '; the token of a pull request from a fork may only read, whatever is written there' : '';
  const messenger = createMessenger(errands, { clock, log, hint });
  /** For the post step only: nothing here waits for it, and it never rejects. Not before there is something: what keeps it is slow to load. */
  const keepState = (): void => {
    const state: KeptOfGitHub = { ...known, commit: commit ?? '' };
    void runner.save('github', JSON.stringify(state));
  };
  const open = (): void => {
    isOpen = true;
    messenger.wake();
  };
  if (command === 'deploy' && kept === undefined) open();

  return {
    keep(now) {
      history = now;
      open();
    },
    found(by) {
      commit = commitOfBy(by) ?? commit;
      open();
    },
    async end(how) {
      ended = how;
      open();
      await messenger.finish();
      // Nothing is left to the post step.
      await runner.save('github', '');
    },
  };
}

/** What a person's command is about is known only when the rollout is found; a button is on the commit's own check. */
function ownCommit(command: ReporterOf['command'], { event, sha }: GitHubContext): string | undefined {
  return command === 'deploy' || event.kind === 'requested-action' ? sha : undefined;
}
