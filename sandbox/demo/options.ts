import { parseArgs } from 'node:util';

export const usage = `usage: npm run demo -- [options]
  --runtime process|docker   how tasks run (default: process). With docker, version 2 and 3 are built by the real docker,
                             pushed, and run in containers; that needs an engine
  --summaries DIR            where the job summaries and reports go (default: a new folder among the
                             temporary ones)
  --action FILE              the action's entry (default: dist/index.js)
  --help                     show this`;

export interface DemoOptions {
  readonly help: boolean;
  readonly runtime: 'docker' | 'process';
  readonly summaries: string | undefined;
  readonly action: string | undefined;
}

/** Reads the command line; a fault says the option, the value and what would be right. */
export function parseOptions(args: readonly string[]): DemoOptions | { readonly fault: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        runtime: { type: 'string', default: 'process' },
        summaries: { type: 'string' },
        action: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { runtime, summaries, action, help } = values;
    if (runtime !== 'docker' && runtime !== 'process')
      return { fault: `--runtime '${runtime}': must be docker or process` };
    if (action === '') return { fault: "--action '': must be a file" };
    if (summaries === '') return { fault: "--summaries '': must be a folder" };
    return { help, runtime, summaries, action };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
