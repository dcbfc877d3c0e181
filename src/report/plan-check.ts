/** A plan as a check run on the pull request's commit, with annotations on the lines that it is about. Pure. */
import type { Fault } from '../core/errors.ts';
import type { Annotation, CheckRun, GitHubContext } from '../core/github.ts';
import { type PlanReport, type PlanVerdict, publicFault, type ShownChange } from '../core/plan-report.ts';
import { shown } from './foreign-text.ts';
import { type PageOf, planBody, planGist, planTitle } from './plan.ts';
import { NOWHERE, type Places } from './plan-places.ts';
import { cut, sentenceOf } from './plan-words.ts';

/** At most 50 are sent in one request, and a wall of them is read by nobody. */
const MOST_ANNOTATIONS = 50;
/** GitHub takes 64 KB of a message, and 255 characters of a title. */
const MOST_OF_MESSAGE = 2_000;
const MOST_OF_TITLE = 255;

const CONCLUSIONS: Readonly<Record<PlanVerdict, CheckRun['conclusion']>> = {
  'could-work': 'success',
  unchanged: 'success',
  'could-not-work': 'failure',
  'could-not-look': 'neutral',
  // As the job ends: a permission is missing, and nobody knows whether it could work.
  refused: 'failure',
};

/** `pageOf`: where the text of the check leads to. */
export function planCheck(
  report: PlanReport,
  places: Places,
  { sha, runUrl }: GitHubContext,
  pageOf?: PageOf,
): CheckRun {
  const { service, cluster, environment, verdict, unseen } = report;
  return {
    name: oneLine(
      `Greenlight plan: ${cluster === 'default' ? '' : `${cluster}/`}${service}${environment === undefined ? '' : ` (${environment})`}`,
    ),
    sha,
    detailsUrl: runUrl,
    externalId: oneLine(`${cluster}/${service}`),
    status: 'completed',
    // Nothing was found, and not everything was looked at: neither green nor red.
    conclusion: verdict === 'could-work' && unseen !== undefined ? 'neutral' : CONCLUSIONS[verdict],
    title: oneLine(planGist(report)),
    summary: `**${planTitle(report)}.** ${sentenceOf(report.reason)}`,
    text: planBody(report, pageOf) || undefined,
    annotations: annotationsOf(report, places),
    actions: [],
  };
}

/** What is wrong first. */
export function annotationsOf(report: PlanReport, places: Places = NOWHERE): readonly Annotation[] {
  const found: Annotation[] = [];
  const add = (place: Pick<Annotation, 'path' | 'line'> | undefined, rest: Omit<Annotation, 'path' | 'line'>): void => {
    if (place === undefined || found.length === MOST_ANNOTATIONS) return;
    found.push({ ...place, ...rest, title: oneLine(rest.title), message: shown(cut(rest.message, MOST_OF_MESSAGE)) });
  };
  const addFault = (level: Annotation['level']) => (fault: Fault) => {
    const { subject, problem, fix } = publicFault(fault);
    add(places.fault(fault), { level, title: subject, message: `${problem}; ${fix}` });
  };
  report.faults.forEach(addFault('failure'));
  report.passing.forEach(addFault('warning'));
  for (const change of report.definition?.changes ?? []) {
    // There may be thousands of them.
    if (found.length === MOST_ANNOTATIONS) break;
    add(places.change(change), { level: 'notice', title: change.path, message: changeText(change) });
  }
  return found;
}

function changeText({ kind, from, to }: ShownChange): string {
  if (kind === 'added') return `would be new: ${to}`;
  return kind === 'removed' ? `would be gone: ${from}` : `${from} → ${to}`;
}

function oneLine(text: string): string {
  return cut(shown(text).replace(/\s+/g, ' ').trim(), MOST_OF_TITLE);
}
