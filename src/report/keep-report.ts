/** The report as a file of the runner's. It comes when everything is decided, and whatever goes wrong with it changes nothing. */
import type { Ports } from '../ports.ts';
import { type EndedJob, hasStory } from './ended-job.ts';

/** Gives the file's path; undefined when nothing was rolled out, or when it could not be written. Never rejects. */
export async function keepReport(
  job: EndedJob,
  { runner, log }: Pick<Ports, 'runner' | 'log'>,
): Promise<string | undefined> {
  if (!hasStory(job)) return undefined;
  try {
    const { pageOf } = await import('./html/page.ts');
    const path = await runner.file(`greenlight-report-${job.service.replace(/[^\w.-]/g, '_')}.html`, pageOf(job));
    if (path === undefined) log.warning('could not write the report');
    return path;
  } catch (error) {
    log.warning(`could not make the report: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
