import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runner } from '../ports.ts';

/** GitHub's runner: outputs, summary and state through its files (GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, GITHUB_STATE), by @actions/core. */
export function githubRunner(environment: Readonly<Record<string, string | undefined>>): Runner {
  return {
    async report(outputs, summary) {
      const core = await import('@actions/core');
      for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
      // Outside of a runner (a terminal, a test) there is no summary file, and nobody to read it.
      if (environment['GITHUB_STEP_SUMMARY'] !== undefined) await core.summary.addRaw(summary).write();
    },
    async file(name, text) {
      try {
        const path = join(environment['RUNNER_TEMP'] ?? tmpdir(), name);
        await writeFile(path, text);
        return path;
      } catch {
        // A full disk must not stop a rollout; what was to be written stands in the summary as well.
        return undefined;
      }
    },
    async save(name, value) {
      if (environment['GITHUB_STATE'] === undefined) return;
      try {
        const core = await import('@actions/core');
        core.saveState(name, value);
      } catch {
        // A full disk must not stop a rollout; the post step then has nothing to follow.
      }
    },
  };
}
