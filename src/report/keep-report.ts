/**
 * The reports of a job that has ended. They come when everything is decided, and whatever goes wrong with them changes nothing. What
 * makes them is loaded now and not at the start, where a deployment waits for it.
 */
import type { Log, Ports } from '../ports.ts';
import { type EndedJob, hasStory } from './ended-job.ts';
import { redacted } from './redacted.ts';

/** Writes the HTML file and gives its path; undefined when nothing was rolled out, or when it could not be written. Never rejects. */
export async function keepReport(
  job: EndedJob,
  { runner, log }: Pick<Ports, 'runner' | 'log'>,
): Promise<string | undefined> {
  if (!hasStory(job)) return undefined;
  return orWarning('the report', log, async () => {
    const { pageOf } = await import('./html/page.ts');
    const path = await runner.file(
      `greenlight-report-${job.service.replace(/[^\w.-]/g, '_')}.html`,
      pageOf(redacted(job, log.masked?.() ?? [])),
    );
    if (path === undefined) log.warning('could not write the report');
    return path;
  });
}

/** The job summary; a bare line where it cannot be made. Never rejects. */
export async function summaryText(job: EndedJob, { log }: Pick<Ports, 'log'>): Promise<string> {
  const text = await orWarning('the summary', log, async () =>
    (await import('./summary.ts')).summaryOf(redacted(job, log.masked?.() ?? [])),
  );
  return text ?? `Greenlight: ${job.result.outcome.status}\n`;
}

async function orWarning<T>(what: string, log: Log, make: () => Promise<T>): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    log.warning(`could not make ${what}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
