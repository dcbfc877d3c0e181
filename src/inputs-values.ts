/** Readers of one input each, whatever its name is. Faults go to the reader; undefined means that there was one. */
import { formatDuration, parseDuration } from './core/duration.ts';
import { linesOf, shorten } from './core/lists.ts';
import { parseArn } from './core/service-name.ts';
import type { InputName, InputReader } from './inputs.ts';

export const minuteMs = 60_000;
export const hourMs = 3_600_000;

export function optional(reader: InputReader, name: InputName): string | undefined {
  const text = reader.text(name);
  return text === '' ? undefined : text;
}

export function readDuration(reader: InputReader, name: InputName, fallback: string, leastMs: number, mostMs: number) {
  const text = reader.text(name) || fallback;
  const parsed = parseDuration(text);
  if ('problem' in parsed) return reader.fail(name, parsed.problem, parsed.fix);
  if (parsed.ms >= leastMs && parsed.ms <= mostMs) return parsed.ms;
  const range = `${formatDuration(leastMs)} to ${formatDuration(mostMs)}`;
  return reader.fail(name, `${text} is out of range`, `write a time from ${range}`);
}

/** As readDuration; undefined, without a fault, also when the input was left out. */
export function readOptionalDuration(reader: InputReader, name: InputName, leastMs: number, mostMs: number) {
  return reader.text(name) === '' ? undefined : readDuration(reader, name, '', leastMs, mostMs);
}

/** One of `choices`, the first of them when the input was left out. */
export function readChoice<T extends string>(reader: InputReader, name: InputName, choices: readonly [T, ...T[]]): T {
  return readOptionalChoice(reader, name, choices) ?? choices[0];
}

/** Undefined when the input was left out, and after a fault. */
export function readOptionalChoice<T extends string>(
  reader: InputReader,
  name: InputName,
  choices: readonly T[],
): T | undefined {
  const text = reader.text(name);
  if (text === '') return undefined;
  const choice = choices.find((known) => known === text);
  return choice ?? reader.fail(name, `"${shorten(text)}" is not known`, `write ${anyOf(choices)}, or leave it out`);
}

/** "a, b or c" */
export function anyOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** A share of traffic in percent, above 0 and up to 100, to a tenth: ALB's weights and ECS's percentages go no finer. */
export function parseShare(text: string): number | undefined {
  const share = /^\d+(\.\d0*)?$/.test(text) ? Number(text) : 0;
  return share > 0 && share <= 100 ? share : undefined;
}

/** One entry a line, each once. */
export function readList(
  reader: InputReader,
  name: InputName,
  example: string,
  isFitting: (entry: string) => boolean,
): readonly string[] {
  const seen = new Set<string>();
  for (const { text, number } of linesOf(reader.text(name))) {
    if (text.includes(',')) {
      reader.fail(name, `line ${number} "${shorten(text)}" has a comma`, 'write one a line');
    } else if (!isFitting(text)) {
      reader.fail(name, `"${shorten(text)}" is not allowed`, `write one a line, as in ${example}`);
    } else if (seen.has(text)) {
      reader.fail(name, `${text} is given twice`, 'write it once');
    }
    seen.add(text);
  }
  return [...seen];
}

/** A fault when a thing that names its region is in another one than the job works in. */
export function checkRegion(
  reader: InputReader,
  name: InputName,
  value: string,
  has: string | undefined,
  region: string | undefined,
): void {
  if (has === undefined || region === undefined || has === region) return;
  const fix = `set AWS_REGION to ${has}, or name one of ${region}`;
  reader.fail(name, `${value} is in ${has}, the job works in ${region}`, fix);
}

/** The ARN of one kind of thing in one service, of the job's region. */
export interface ArnKind {
  /** "a listener rule or a listener" */
  readonly what: string;
  readonly service: string;
  readonly resource: RegExp;
  /** How such an ARN ends, for the message. */
  readonly example: string;
}

export function checkArn(
  reader: InputReader,
  name: InputName,
  text: string,
  kind: ArnKind,
  region: string | undefined,
): void {
  const arn = parseArn(text);
  const isKind = arn?.service === kind.service && kind.resource.test(arn.resource);
  if (arn === undefined || !isKind || arn.region === '' || arn.account === '') {
    reader.fail(name, `"${shorten(text, 120)}" is not the ARN of ${kind.what}`, `write arn:aws:${kind.example}`);
    return;
  }
  checkRegion(reader, name, text, arn.region, region);
}
