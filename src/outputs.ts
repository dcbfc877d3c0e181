import type { Result } from './core/result.ts';

/** The outputs of action.yml, by name. What the job did not come to is the empty string. */
export function outputsOf(result: Result): Readonly<Record<string, string>> {
  const { until } = result.outcome;
  return {
    image: result.image ?? '',
    'image-digest': result.imageDigest ?? '',
    'task-definition-arn': result.taskDefinitionArn ?? '',
    'previous-task-definition-arn': result.previousTaskDefinitionArn ?? '',
    'deployment-id': result.deploymentArn ?? '',
    status: result.outcome.status,
    reason: result.outcome.reason,
    traffic: result.traffic === undefined ? '' : String(result.traffic),
    evidence: result.evidence ?? '',
    report: result.report ?? '',
    'promote-until': until === undefined ? '' : new Date(until).toISOString(),
  };
}
