import { formatDuration, parseDuration } from './core/duration.ts';
import type { Fault } from './core/errors.ts';
import type { Gate } from './core/gate.ts';
import { parseGates } from './core/gate-list.ts';
import type { InputName, InputReader } from './inputs.ts';

export const minuteMs = 60_000;
export const hourMs = 3_600_000;

export function readSteps(reader: InputReader): readonly number[] | undefined {
  const text = reader.text('steps');
  if (text === '') return undefined;
  const shares = text.split(',').map((part) => part.trim());
  if (!shares.every((share) => /^\d+(\.\d+)?$/.test(share))) {
    return reader.fail(
      'steps',
      `"${text}" is not a list of percentages`,
      'write numbers with commas between them, as in 100',
    );
  }
  const steps = shares.map(Number);
  const fix = 'write rising percentages above 0, the last one 100';
  const isRising = steps.every((share, i) => i === 0 || share > (steps[i - 1] ?? 0));
  if (!isRising) return reader.fail('steps', `${text} does not rise`, fix);
  if (steps.some((share) => share <= 0 || share > 100)) return reader.fail('steps', `${text} leaves 0 to 100`, fix);
  if (steps.at(-1) !== 100) return reader.fail('steps', `${text} does not end with 100`, fix);
  if (steps.length > 1) {
    const problem = `${text} is more than one step, and blue-green shifts all traffic at once`;
    return reader.fail('steps', problem, 'write 100, or leave steps out');
  }
  return steps;
}

export function readDuration(reader: InputReader, name: InputName, fallback: string, leastMs: number, mostMs: number) {
  const text = reader.text(name);
  const parsed = parseDuration(text === '' ? fallback : text);
  if ('problem' in parsed) return reader.fail(name, parsed.problem, parsed.fix);
  if (parsed.ms >= leastMs && parsed.ms <= mostMs) return parsed.ms;
  const range = `${formatDuration(leastMs)} to ${formatDuration(mostMs)}`;
  return reader.fail(name, `${text} is out of range`, `write a time from ${range}`);
}

/** ECS counts its bake time in whole minutes, up to a day. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
export function readBake(reader: InputReader): number | undefined {
  if (reader.text('bake') === '') return undefined;
  const ms = readDuration(reader, 'bake', '', 0, 24 * hourMs);
  if (ms === undefined || ms % minuteMs === 0) return ms;
  return reader.fail(
    'bake',
    `${reader.text('bake')} is not in whole minutes`,
    'write 0m, 1m, 10m or 1h: ECS counts minutes',
  );
}

export function readChoice<T extends string>(
  reader: InputReader,
  name: InputName,
  choices: readonly T[],
  fallback: T,
): T {
  const text = reader.text(name);
  if (text === '') return fallback;
  const choice = choices.find((known) => known === text);
  if (choice === undefined)
    reader.fail(name, `"${text}" is not known`, `write ${choices.join(' or ')}, or leave it out`);
  return choice ?? fallback;
}

export async function readGates(reader: InputReader, faults: Fault[]): Promise<readonly Gate[]> {
  const text = reader.text('gates');
  if (text === '' || text === 'targets' || text === '- targets') return [{ kind: 'targets' }];
  // Loaded only for who writes gates: reading YAML costs a good part of the start.
  const { parseDocument } = await import('./yaml.ts');
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    const what = error.message.split(/ at line \d+|\n/)[0] ?? error.message;
    reader.fail(
      'gates',
      `${line === undefined ? '' : `line ${line}: `}${what}`,
      'write a YAML list, one gate a line, with quotes around a url inside { }',
    );
    return [];
  }
  const data = plainData(() => document.toJS());
  if (data === undefined) {
    reader.fail('gates', 'is not made of plain lists and values', 'write a YAML list without anchors, one gate a line');
    return [];
  }
  const result = parseGates(data);
  faults.push(...result.faults);
  return result.gates;
}

/** YAML can name itself (`&a [*a]`), name what is not there, or grow without end; none of that has a form in JSON. */
function plainData(make: () => unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(make()));
  } catch {
    return undefined;
  }
}
