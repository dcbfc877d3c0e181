import type { Runner } from '../ports.ts';

/** GitHub's runner: outputs and summary through its files (GITHUB_OUTPUT, GITHUB_STEP_SUMMARY), by @actions/core. */
export function githubRunner(environment: Readonly<Record<string, string | undefined>>): Runner {
  return {
    async report(outputs, summary) {
      const core = await import('@actions/core');
      for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
      // Outside of a runner (a terminal, a test) there is no summary file, and nobody to read it.
      if (environment['GITHUB_STEP_SUMMARY'] !== undefined) await core.summary.addRaw(summary).write();
    },
  };
}
