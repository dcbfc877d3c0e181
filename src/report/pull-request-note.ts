/** The one comment on the merged pull request that says how its rollout ended. Pure. */
import { shortArn } from '../core/arn.ts';
import { formatDuration } from '../core/duration.ts';
import { waysOn } from './check-run.ts';
import { HEADLINES } from './ended-job.ts';
import { code, facts, imageText, plain, sentence } from './github-markdown.ts';
import { hasBegun, type LiveJob, trafficText } from './live.ts';

/** The comment of this service: the marker is its first line. */
export function noteMarker({ cluster, service }: Pick<LiveJob, 'cluster' | 'service'>): string {
  return `<!-- greenlight:${cluster}/${service} -->`;
}

/** Undefined where there is nothing that a reader of the pull request wants to know: not ended, or nothing was touched. */
export function pullRequestNote(job: LiveJob): string | undefined {
  const { ended } = job;
  if (ended === undefined) return undefined;
  const { outcome, image, taskDefinitionArn, previousTaskDefinitionArn } = ended.result;
  if (!hasBegun(job) && outcome.status !== 'failed') return undefined;
  const { emoji, words } = HEADLINES[outcome.status];
  const rows: [string, string | undefined][] = [
    ['Commit', job.sha],
    ['Image', image && code(imageText(image))],
    ['Task definition', taskDefinitionArn && code(shortArn(taskDefinitionArn))],
    ['Served before', previousTaskDefinitionArn && code(shortArn(previousTaskDefinitionArn))],
    ['Candidate’s traffic', trafficText(job)],
    ['Took', formatDuration(Math.round(ended.tookMs / 1_000) * 1_000)],
  ];
  return [
    `### ${emoji} ${words}: ${plain(job.service)}${job.cluster === 'default' ? '' : ` in ${plain(job.cluster)}`}`,
    sentence(outcome.reason),
    ...(outcome.status === 'awaiting-promotion' ? [waysOn(job, false)] : []),
    facts(rows),
    `[The run and its log](${job.runUrl})`,
  ].join('\n\n');
}
