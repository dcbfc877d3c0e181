/** `npm run sandbox`: a local AWS until Ctrl-C. */

import { parseCli, usage } from './cli-options.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { seedDemo } from './seed.ts';

async function run(): Promise<number> {
  const parsed = parseCli(process.argv.slice(2));
  if ('faults' in parsed) {
    for (const fault of parsed.faults) console.error(fault);
    console.error(`\n${usage}`);
    return 2;
  }
  if (parsed.help) {
    console.log(usage);
    return 0;
  }

  let stop: (signal: string) => void = () => undefined;
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  // Before the start, so that Ctrl-C while it starts still leaves nothing behind. A second one does not hurry it:
  // what is left of tasks and folders would stay.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));

  const sandbox = await startSandbox(parsed.options);
  try {
    const ended = await Promise.race([announce(sandbox, parsed.empty, parsed.loadBalancerPort), stopped]);
    if (ended === undefined) await stopped;
  } finally {
    console.log('closing');
    await sandbox.close();
  }
  return 0;
}

/** Seeds and prints. The lines of the environment can be pasted behind `export` or into a file of variables. */
async function announce(sandbox: Sandbox, empty: boolean, loadBalancerPort: number): Promise<undefined> {
  const lines = Object.entries(sandbox.env).map(([name, value]) => `${name}=${value}`);
  if (empty) {
    console.log([...lines, '', `tasks run as: ${sandbox.runtime}`, 'ready, empty; Ctrl-C ends it'].join('\n'));
    return undefined;
  }
  const seeded = await seedDemo(sandbox, { loadBalancerPort });
  console.log(
    [
      ...lines,
      '',
      `load balancer: ${seeded.productionUrl}`,
      `test listener: ${seeded.testUrl}`,
      `repository:    ${seeded.repositoryUri}`,
      `cluster ${seeded.cluster}, service ${seeded.service}; tasks run as: ${sandbox.runtime}`,
      'ready; Ctrl-C ends it',
    ].join('\n'),
  );
  return undefined;
}

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`sandbox: ${describe(error)}`);
    process.exitCode = 1;
  },
);

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE')
    return `port ${'port' in error ? error.port : ''} is taken; choose another with --port, or --port 0 for a free one`;
  return error.message;
}
