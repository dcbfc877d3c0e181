/** A plan as a check run on the pull request's commit, with annotations on the lines that it is about. Pure. */
import type { Fault } from '../core/errors.ts';
import type { Annotation, CheckRun, GitHubContext } from '../core/github.ts';
import { type PlanReport, type PlanVerdict, publicFault, type ShownChange } from '../core/plan-report.ts';
import { clip, sentence } from './github-markdown.ts';
import { MOST_CHARACTERS, planBody, planTitle } from './plan.ts';

/** At most 50 are sent in one request, and a wall of them is read by nobody. */
const MOST_ANNOTATIONS = 50;
/** GitHub takes 64 KB of a message, and 255 characters of a title. */
const MOST_OF_MESSAGE = 2_000;
const MOST_OF_TITLE = 255;

/** A line of a file of the repository, from 1. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

/** Where each fault and each change stands; undefined: nowhere in the repository. */
export interface Places {
  fault(fault: Fault): Place | undefined;
  change(change: ShownChange): Place | undefined;
}

const CONCLUSIONS: Readonly<Record<PlanVerdict, CheckRun['conclusion']>> = {
  'could-work': 'success',
  unchanged: 'success',
  'could-not-work': 'failure',
  'could-not-look': 'neutral',
};

export function planCheck(report: PlanReport, places: Places, { sha, runUrl }: GitHubContext): CheckRun {
  const { service, cluster, verdict, unseen } = report;
  return {
    name: `Greenlight plan: ${service}`,
    sha,
    detailsUrl: runUrl,
    externalId: `${cluster}/${service}`.slice(0, MOST_OF_TITLE),
    status: 'completed',
    // Nothing was found, and not everything was looked at: neither green nor red.
    conclusion: verdict === 'could-work' && unseen !== undefined ? 'neutral' : CONCLUSIONS[verdict],
    title: planTitle(report).replace(/^\S+ /, ''),
    summary: sentence(report.reason),
    text: clip(planBody(report), MOST_CHARACTERS),
    annotations: annotationsOf(report, places),
    actions: [],
  };
}

/** What is wrong first. */
export function annotationsOf(report: PlanReport, places: Places): readonly Annotation[] {
  const ofFault = (level: Annotation['level']) => (fault: Fault) => {
    const place = places.fault(fault);
    if (place === undefined) return [];
    const { subject, problem, fix } = publicFault(fault);
    return [{ ...place, level, title: subject, message: clip(`${problem}; ${fix}`, MOST_OF_MESSAGE) }];
  };
  const changes = (report.definition?.changes ?? []).flatMap((change): readonly Annotation[] => {
    const place = places.change(change);
    return place === undefined
      ? []
      : [{ ...place, level: 'notice', title: clip(change.path, MOST_OF_TITLE), message: changeText(change) }];
  });
  return [
    ...report.faults.flatMap(ofFault('failure')),
    ...report.passing.flatMap(ofFault('warning')),
    ...changes,
  ].slice(0, MOST_ANNOTATIONS);
}

function changeText({ kind, from, to }: ShownChange): string {
  if (kind === 'added') return `would be new: ${to}`;
  return kind === 'removed' ? `would be gone: ${from}` : `${from} → ${to}`;
}
