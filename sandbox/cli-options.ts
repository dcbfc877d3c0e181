import { parseArgs } from 'node:util';
import type { SandboxOptions } from './sandbox.ts';

/** The default of `--port`. */
export const defaultPort = 4566;

export const usage = `usage: npm run sandbox -- [options]
  --port N                   port of the endpoint on 127.0.0.1; 0 picks a free one (default ${defaultPort})
  --load-balancer-port N     port of the production listener; 0 picks a free one (default 0)
  --speed N                  AWS's minutes pass N times faster (default 1)
  --empty                    create nothing
  --runtime docker|process   how tasks run (default: docker when an engine answers, else process)
  --latency MS               milliseconds added to every call, or a range such as 20-80 (default 0)
  --throttle RATE            share of the calls that are throttled, 0 to 1 (default 0)
  --seed N                   makes the faults the same in every run (default 1)
  --help                     show this`;

export type ParsedCli =
  | { readonly faults: readonly string[] }
  | {
      readonly help: boolean;
      readonly empty: boolean;
      readonly loadBalancerPort: number;
      readonly options: SandboxOptions;
    };

/** Reads the command line; all faults at once, each with the option's name, the value and what would be right. */
export function parseCli(args: readonly string[]): ParsedCli {
  let values: Readonly<Record<string, string | boolean | undefined>>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'load-balancer-port': { type: 'string' },
        speed: { type: 'string' },
        empty: { type: 'boolean' },
        runtime: { type: 'string' },
        latency: { type: 'string' },
        throttle: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    return { faults: [`sandbox: ${error instanceof Error ? error.message : String(error)}`] };
  }

  const faults: string[] = [];
  const read = <T>(name: string, otherwise: T, expected: string, parse: (text: string) => T | undefined): T => {
    const text = values[name];
    if (typeof text !== 'string') return otherwise;
    const value = parse(text);
    if (value === undefined) faults.push(`--${name} '${text}': must be ${expected}`);
    return value ?? otherwise;
  };
  const number = (accepts: (value: number) => boolean) => (text: string) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    return accepts(value) ? value : undefined;
  };
  const isPort = (value: number) => Number.isInteger(value) && value >= 0 && value <= 65_535;

  const options: SandboxOptions = {
    port: read('port', defaultPort, 'a whole number from 0 to 65535', number(isPort)),
    speed: read(
      'speed',
      1,
      'a number above 0',
      number((value) => value > 0 && Number.isFinite(value)),
    ),
    runtime: read('runtime', 'auto' as const, 'docker or process', (text) =>
      text === 'docker' || text === 'process' ? text : undefined,
    ) as 'docker' | 'process' | 'auto',
    latencyMs: read('latency', 0, 'milliseconds, such as 50, or a range, such as 20-80', parseLatency),
    throttle: read(
      'throttle',
      0,
      'a number from 0 to 1',
      number((value) => value >= 0 && value <= 1),
    ),
    seed: read('seed', 1, 'a whole number', number(Number.isInteger)),
  };
  const loadBalancerPort = read('load-balancer-port', 0, 'a whole number from 0 to 65535', number(isPort));
  if (faults.length > 0) return { faults };
  return { help: values['help'] === true, empty: values['empty'] === true, loadBalancerPort, options };
}

function parseLatency(text: string): NonNullable<SandboxOptions['latencyMs']> | undefined {
  const [, low, high] = /^(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?$/.exec(text) ?? [];
  if (low === undefined) return undefined;
  if (high === undefined) return Number(low);
  return Number(low) <= Number(high) ? { min: Number(low), max: Number(high) } : undefined;
}
