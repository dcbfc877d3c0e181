import type { Outcome } from './outcome.ts';

/** What a job did, as far as it came; what it did not come to is undefined. */
export interface Result {
  readonly outcome: Outcome;
  /** `repositoryUri@digest`, or the reference as given when it is not in ECR. */
  readonly image: string | undefined;
  readonly imageDigest: string | undefined;
  readonly taskDefinitionArn: string | undefined;
  /** What served before. */
  readonly previousTaskDefinitionArn: string | undefined;
  readonly deploymentArn: string | undefined;
  /** Percent of production traffic that the candidate has, as last seen. */
  readonly traffic: number | undefined;
  /** Path of the file with what the gates `metrics` went by. */
  readonly evidence: string | undefined;
  /** Path of the HTML file that tells the whole rollout. */
  readonly report: string | undefined;
  /** Markdown for the job summary in place of a rollout's: what a plan has to tell. */
  readonly summary?: string;
}

export const NOTHING_DONE: Omit<Result, 'outcome'> = {
  image: undefined,
  imageDigest: undefined,
  taskDefinitionArn: undefined,
  previousTaskDefinitionArn: undefined,
  deploymentArn: undefined,
  traffic: undefined,
  evidence: undefined,
  report: undefined,
};
