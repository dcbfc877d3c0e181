/** A plan as lines of the job's log: what matters open, the rest in folds. Pure. */
import { formatDuration } from '../core/duration.ts';
import { imageText, type PlanReport, sourceText } from '../core/plan-report.ts';
import type { RolloutOutlook } from '../core/plan-report-rollout.ts';
import { diffLines } from './plan-diff.ts';

export interface LogPart {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Parts in their order; one without a line is left out. Nothing that is wrong is among them: each of those is an annotation of its own. */
export function planLog(report: PlanReport): readonly LogPart[] {
  const { definition, image, rollout } = report;
  const parts: LogPart[] = [
    {
      title: 'Plan: image and task definition',
      lines: [
        ...(image === undefined ? [] : [`image: ${imageText(image)}`]),
        ...(definition === undefined ? [] : [`task definition: ${sourceText(definition.source)}`]),
        ...(definition?.serving === undefined ? [] : [`serves now: ${definition.serving}`]),
        ...(definition?.registered === undefined ? [] : [`registered already: ${definition.registered}`]),
        ...(definition?.changes === undefined ? [] : diffLines(definition.changes)),
      ],
    },
    { title: 'Plan: how the traffic would move', lines: rollout === undefined ? [] : trafficLines(rollout) },
    { title: 'Plan: before any traffic moves', lines: rollout?.before ?? [] },
    { title: 'Plan: what would turn it back, or end it', lines: rollout?.stops ?? [] },
    { title: 'Plan: what a person would be asked', lines: rollout?.asks ?? [] },
    { title: 'Plan: if another rollout is under way', lines: rollout?.underway ?? [] },
  ];
  return parts.filter(({ lines }) => lines.length > 0);
}

function trafficLines({
  manner,
  isMoverKnown,
  steps = [],
  bakeMs,
  leastMs,
  candidateUrl,
}: RolloutOutlook): readonly string[] {
  const rows = steps.map(({ share, holdMs, beginsMs, asks }) => {
    const held = holdMs === 0 ? 'until every gate has passed' : `held ${formatDuration(holdMs)}`;
    const when = `+${formatDuration(beginsMs)}`.padStart(8);
    return `${when}  ${`${share} %`.padStart(6)}  ${held}${asks ? ', then until a person says go on' : ''}`;
  });
  return [
    mannerText(manner, isMoverKnown),
    ...rows,
    ...(bakeMs === undefined ? [] : [`bake: the old version is kept ${formatDuration(bakeMs)} after that`]),
    leastMs === undefined
      ? 'how long it takes, only the service tells'
      : `at least ${formatDuration(leastMs)} after the tasks have started`,
    ...(candidateUrl === undefined ? [] : [`the new version is reached before it has users at ${candidateUrl}`]),
  ];
}

/** "ECS: LINEAR in steps of 5 %" */
export function mannerText(manner: string | undefined, isMoverKnown: boolean): string {
  const unknown = 'the service alone says who moves the traffic';
  if (manner === undefined) return unknown;
  return isMoverKnown ? manner : `${manner}; ${unknown}`;
}
