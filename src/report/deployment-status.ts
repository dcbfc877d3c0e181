/** The status of the GitHub deployment that stands for a rollout. Pure. */
import type { GitHubDeploymentStatus, GitHubSettings } from '../core/github.ts';
import type { Outcome } from '../core/outcome.ts';
import { stepName } from '../core/plan.ts';
import { clip } from './github-markdown.ts';
import { type EndedLive, hasBegun, type LiveJob, openQuestion, whyBack } from './live.ts';

type State = GitHubDeploymentStatus['state'];

/** Undefined as long as no rollout has begun: there is nothing deployed to tell of. */
export function deploymentStatusOf(
  job: LiveJob,
  { environmentUrl }: Pick<GitHubSettings, 'environmentUrl'>,
): GitHubDeploymentStatus | undefined {
  if (!hasBegun(job)) return undefined;
  const { state, description } = job.ended === undefined ? movingState(job) : endState(job.ended);
  return { state, description: clip(description, 140), logUrl: job.runUrl, environmentUrl };
}

interface Told {
  readonly state: State;
  readonly description: string;
}

function movingState({ history }: LiveJob): Told {
  const back = whyBack(history);
  if (back !== undefined) return { state: 'in_progress', description: `turning back: ${back}` };
  const question = openQuestion(history);
  if (question !== undefined) return { state: 'pending', description: `a person decides ${stepName(question.step)}` };
  return { state: 'in_progress', description: 'traffic moves to the candidate' };
}

function endState({ result, wasAskedFor }: EndedLive): Told {
  const { outcome, traffic } = result;
  return { state: stateOf(outcome, wasAskedFor, traffic ?? 0), description: outcome.reason };
}

/** inactive: it serves nobody, and nothing was wrong with it. error: nobody knows, or it stands half way. */
function stateOf({ status }: Outcome, wasAskedFor: boolean, traffic: number): State {
  switch (status) {
    case 'succeeded':
    case 'unchanged':
    case 'planned':
      return 'success';
    case 'awaiting-promotion':
      return 'pending';
    case 'rolled-back':
      return wasAskedFor ? 'inactive' : 'failure';
    case 'superseded':
      return 'inactive';
    case 'cancelled':
      return traffic > 0 ? 'error' : 'inactive';
    case 'could-not-look':
      return 'error';
    case 'stopped':
    case 'timed-out':
    case 'failed':
      return 'failure';
  }
}
