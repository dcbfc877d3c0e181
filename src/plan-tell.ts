/** Tells a plan: in the log, in the job summary, as a check run and as the one comment on the pull request. GitHub's trouble is a warning. */
import { readFile } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import type { Config } from './core/config.ts';
import { faultSentence, GitHubError } from './core/errors.ts';
import { fieldOf, type PlanReport } from './core/plan-report.ts';
import { inputNames } from './inputs.ts';
import type { PlanJob } from './plan-command.ts';
import { definitionLine, inputLine, workflowPath } from './plan-lines.ts';
import type { Ports } from './ports.ts';
import { planMarkdown, planMarker } from './report/plan.ts';
import { type Place, type Places, planCheck } from './report/plan-check.ts';
import { planLog } from './report/plan-log.ts';

/** `config` undefined: the inputs could not be read. Never rejects but on a bug. */
export async function tellPlan(
  report: PlanReport,
  config: Config | undefined,
  job: PlanJob,
  ports: Ports,
): Promise<void> {
  const { log } = ports;
  for (const { title, lines } of planLog(report)) {
    await log.group(title, async () => {
      for (const line of lines) log.info(line);
    });
  }
  if (report.unseen !== undefined) log.warning(`not looked at: ${report.unseen}`);
  for (const fault of report.passing) log.warning(`now, and passing by itself: ${faultSentence(fault)}`);
  job.progress({ summary: planMarkdown(report) });
  await tellGitHub(report, config, job, ports);
}

async function tellGitHub(
  report: PlanReport,
  config: Config | undefined,
  { github: context, workflowRef }: PlanJob,
  { github, log }: Ports,
): Promise<void> {
  if (github === undefined || context === undefined) return;
  const path = config?.taskDefinition.kind === 'file' ? config.taskDefinition.path : undefined;
  const places = placesOf(report.service, await fileOf(path), await fileOf(workflowPath(workflowRef ?? '')));
  const { event } = context;
  const isFork = event.kind === 'pull-request' && event.isFork;
  const orWarning = async (what: string, permission: string, told: Promise<unknown>): Promise<void> => {
    try {
      await told;
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      // What reading alone needs is less than what is needed in the end.
      const advice = isFork
        ? 'a pull request from a fork has a token that only reads'
        : `write permissions: ${permission} at the job`;
      log.warning(`could not write ${what}: ${error.message}${error.failure === 'permission' ? `; ${advice}` : ''}`);
    }
  };
  await Promise.all([
    orWarning('the check run', 'checks: write', github.createCheckRun(planCheck(report, places, context))),
    ...(event.kind === 'pull-request'
      ? [
          orWarning(
            'the comment on the pull request',
            'pull-requests: write',
            github.comment(event.number, planMarker(report), planMarkdown(report)),
          ),
        ]
      : []),
  ]);
}

interface File {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Undefined: not there, or not in the repository. */
async function fileOf(path: string | undefined): Promise<File | undefined> {
  if (path === undefined) return undefined;
  const inRepository = relative('', path).replaceAll('\\', '/');
  // Another drive of Windows has no way to it.
  if (inRepository.startsWith('..') || isAbsolute(inRepository)) return undefined;
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : { path: inRepository, text };
}

/** What is wrong with the task definition stands in its file, everything else under `with:` in the workflow. */
function placesOf(service: string, definition: File | undefined, workflow: File | undefined): Places {
  const at = (file: File | undefined, line: number | undefined): Place | undefined =>
    file === undefined || line === undefined ? undefined : { path: file.path, line };
  const ofInput = (name: string) => at(workflow, workflow && inputLine(workflow.text, service, name));
  return {
    fault(fault) {
      const isOfFile = fault.subject === 'task-definition' && definition !== undefined;
      if (!isOfFile)
        return ofInput((inputNames as readonly string[]).includes(fault.subject) ? fault.subject : 'service');
      // A file that cannot be read says on which line.
      const said = /\bline (\d+):/.exec(fault.problem)?.[1];
      return at(definition, said === undefined ? (definitionLine(definition.text, fieldOf(fault)) ?? 1) : Number(said));
    },
    change: ({ keys, kind }) =>
      at(definition, definition && definitionLine(definition.text, kind === 'removed' ? keys.slice(0, -1) : keys)),
  };
}
