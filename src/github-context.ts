import { readFileSync } from 'node:fs';
import type { GitHubContext } from './core/github.ts';
import { githubContextOf, needsEventFile } from './core/github-context.ts';

/** Where and why the job runs, from GITHUB_* and, where it is needed, the event's file. One that cannot be read is as if it were empty. */
export function readGitHubContext(environment: NodeJS.ProcessEnv): GitHubContext | undefined {
  const path = environment['GITHUB_EVENT_PATH'];
  const isNeeded = path !== undefined && needsEventFile(environment['GITHUB_EVENT_NAME']);
  return githubContextOf(environment, isNeeded ? read(path) : undefined);
}

function read(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
