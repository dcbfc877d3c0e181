/** What GitHub is to be told next: the difference between what the job is by now and what was told last. */
import type { CheckRun, GitHubSettings } from '../core/github.ts';
import type { GitHub } from '../ports.ts';
import { checkRunOf } from '../report/check-run.ts';
import { deploymentStatusOf } from '../report/deployment-status.ts';
import { type LiveJob, whyBack } from '../report/live.ts';
import { noteMarker, pullRequestNote } from '../report/pull-request-note.ts';
import type { Errand, Surface } from './messenger.ts';

/** What this job's pages are known by at GitHub. */
export interface Known {
  readonly check: number | undefined;
  readonly deployment: number | undefined;
}

export interface ErrandsOf {
  readonly github: GitHub;
  readonly settings: GitHubSettings;
  /** Undefined as long as there is nothing to tell. */
  readonly job: () => LiveJob | undefined;
  /** The commit is the rollout's: without it nothing is said of a deployment, nor on a pull request. */
  readonly isCommitKnown: () => boolean;
  /** The job's own; undefined: those of the commit are looked for. */
  readonly pullRequest: number | undefined;
  readonly now: () => number;
  readonly known: Known;
  /** What has become known besides; nothing, before something is made: a job may be killed before the answer comes. */
  readonly isKnown: (more: Partial<Known>) => void;
  /** Somebody else has begun the rollout, or this job's main step: its deployment may be there though its id is not known. */
  readonly mayBeThere: boolean;
}

/** A commit is in few pull requests; one that is in many is not worth as many calls. */
const MOST_NOTES = 2;

/** The most urgent errand, or undefined when all is told. */
export function createErrands(of: ErrandsOf): (isLeft: (surface: Surface) => boolean) => Errand | undefined {
  const check = checkErrands(of);
  const deployment = deploymentErrands(of);
  const note = noteErrands(of);
  return (isLeft) => {
    const job = of.job();
    if (job === undefined) return undefined;
    const onCheck = isLeft('checks') ? undefined : check(job);
    if (onCheck?.isUrgent === true) return onCheck.errand;
    return (
      (isLeft('deployments') ? undefined : deployment(job)) ??
      onCheck?.errand ??
      (isLeft('pull-requests') ? undefined : note(job))
    );
  };
}

function checkErrands({ github, now, known, isKnown }: ErrandsOf) {
  let told: { readonly text: string; readonly check: CheckRun; readonly isBack: boolean } | undefined;
  let id = known.check;
  return (job: LiveJob): { readonly isUrgent: boolean; readonly errand: Errand } | undefined => {
    const check = checkRunOf(job, now());
    const text = JSON.stringify(check);
    if (text === told?.text) return undefined;
    const isBack = whyBack(job.history) !== undefined;
    return {
      isUrgent: told === undefined || told.check.conclusion !== check.conclusion || told.isBack !== isBack,
      errand: {
        surface: 'checks',
        async run() {
          if (id === undefined) {
            isKnown({});
            id = await github.createCheckRun(check);
            isKnown({ check: id });
          } else {
            await github.updateCheckRun(id, check);
          }
          told = { text, check, isBack };
        },
      },
    };
  };
}

function deploymentErrands({ github, settings, isCommitKnown, known, isKnown, mayBeThere }: ErrandsOf) {
  let told: string | undefined;
  let id = known.deployment;
  let hasLooked = false;
  // GitHub does it by itself, but not for what it takes for production by its name.
  let hasRetired = settings.environment !== 'production';
  const retire = (deployment: number, environment: string): Errand => ({
    surface: 'deployments',
    async run() {
      await github.retireEarlier(deployment, environment);
      hasRetired = true;
    },
  });
  return (job: LiveJob): Errand | undefined => {
    const { environment } = settings;
    const status = deploymentStatusOf(job, settings);
    if (environment === undefined || status === undefined || !isCommitKnown()) return undefined;
    const surface = 'deployments';
    const set = (deployment: number): void => {
      id = deployment;
      isKnown({ deployment });
    };
    const { sha, command } = job;
    if (id === undefined && mayBeThere && !hasLooked) {
      return {
        surface,
        async run() {
          const found = await github.deploymentOf({ sha, environment });
          hasLooked = true;
          if (found !== undefined) set(found);
        },
      };
    }
    if (id === undefined && command === 'rollback') return undefined;
    if (id === undefined) {
      const description = `${job.service} in ${job.cluster}, by Greenlight`;
      return {
        surface,
        async run() {
          isKnown({});
          set(await github.createDeployment({ sha, environment, description }));
        },
      };
    }
    const deployment = id;
    const text = JSON.stringify(status);
    if (text === told) return hasRetired || status.state !== 'success' ? undefined : retire(deployment, environment);
    return {
      surface,
      async run() {
        await github.setDeploymentStatus(deployment, status);
        told = text;
      },
    };
  };
}

function noteErrands({ github, isCommitKnown, pullRequest }: ErrandsOf) {
  let waiting: readonly number[] | undefined = pullRequest === undefined ? undefined : [pullRequest];
  return (job: LiveJob): Errand | undefined => {
    const note = pullRequestNote(job);
    if (note === undefined || !isCommitKnown()) return undefined;
    const surface = 'pull-requests';
    if (waiting === undefined) {
      return {
        surface,
        async run() {
          waiting = (await github.pullRequestsOf(job.sha)).slice(0, MOST_NOTES);
        },
      };
    }
    const [first, ...others] = waiting;
    if (first === undefined) return undefined;
    return {
      surface,
      async run() {
        await github.comment(first, noteMarker(job), note);
        waiting = others;
      },
    };
  };
}
