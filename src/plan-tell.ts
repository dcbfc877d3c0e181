/** Tells a plan: in the log, in the job summary, as a check run and as the one comment on the pull request. GitHub's trouble is a warning. */
import type { Config } from './core/config.ts';
import { FaultsFound, faultSentence, GitHubError } from './core/errors.ts';
import type { GitHubContext } from './core/github.ts';
import type { PlanReport } from './core/plan-report.ts';
import type { PlanJob } from './plan-command.ts';
import { placesOf } from './plan-places.ts';
import type { Ports } from './ports.ts';
import { type PageOf, planMarkdown, planMarker } from './report/plan.ts';
import { planCheck } from './report/plan-check.ts';
import { planLog } from './report/plan-log.ts';
import { NOWHERE, type Places } from './report/plan-places.ts';

/**
 * `config` undefined: the inputs could not be read. Never rejects but on a bug. Gives what is wrong, with its places where no check run
 * has them: the log's annotations are shown on those lines too, and need no permission.
 */
export async function tellPlan(
  report: PlanReport,
  config: Config | undefined,
  job: PlanJob,
  ports: Ports,
): Promise<FaultsFound> {
  const { log } = ports;
  for (const { title, lines } of planLog(report)) {
    await log.group(title, async () => {
      for (const line of lines) log.info(line);
    });
  }
  if (report.unseen !== undefined) log.warning(`not looked at: ${report.unseen}`);
  for (const fault of report.passing) log.warning(`now, and passing by itself: ${faultSentence(fault)}`);
  const { github: context } = job;
  const places = context === undefined ? NOWHERE : await placesOf({ ...job, service: report.service, config });
  const markdown = planMarkdown(report, context && pagesOf(places, context));
  job.progress({ summary: markdown });
  const isTold = context !== undefined && (await tellGitHub(report, { markdown, places, context }, ports));
  return new FaultsFound(
    isTold ? report.faults : report.faults.map((fault) => ({ ...fault, at: places.fault(fault) })),
  );
}

/** As GitHub shows the line in the commit that the plan is of. */
function pagesOf({ fault: placeOf }: Places, { owner, repository, sha, runUrl }: GitHubContext): PageOf {
  const server = runUrl.slice(0, runUrl.indexOf(`/${owner}/${repository}/`));
  return (fault) => {
    const place = placeOf(fault);
    if (place === undefined) return undefined;
    const path = place.path.split('/').map(encodeURIComponent).join('/');
    return { place, url: `${server}/${owner}/${repository}/blob/${sha}/${path}#L${place.line}` };
  };
}

interface Told {
  readonly markdown: string;
  readonly places: Places;
  readonly context: GitHubContext;
}

/** Whether there is a check run now. */
async function tellGitHub(
  report: PlanReport,
  { markdown, places, context }: Told,
  { github, log }: Ports,
): Promise<boolean> {
  if (github === undefined) return false;
  const { event } = context;
  const isFork = event.kind === 'pull-request' && event.isFork;
  const orWarning = async (what: string, permission: string, told: Promise<unknown>): Promise<boolean> => {
    try {
      await told;
      return true;
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      // What reading alone needs is less than what is needed in the end.
      const advice = isFork
        ? 'a pull request from a fork has a token that only reads'
        : `write permissions: ${permission} at the job`;
      log.warning(`could not write ${what}: ${error.message}${error.failure === 'permission' ? `; ${advice}` : ''}`);
      return false;
    }
  };
  const [hasCheck] = await Promise.all([
    orWarning(
      'the check run',
      'checks: write',
      github.createCheckRun(planCheck(report, places, context, pagesOf(places, context))),
    ),
    ...(event.kind === 'pull-request'
      ? [
          orWarning(
            'the comment on the pull request',
            'pull-requests: write',
            github.comment(event.number, planMarker(report), markdown),
          ),
        ]
      : []),
  ]);
  return hasCheck;
}
