/** Reading the settings of one gate, as a user wrote them in YAML. Every function that gives undefined has told what is wrong. */
import { formatDuration, type ParsedDuration, parseDuration } from './duration.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { nearest } from './nearest.ts';

/** Tells one fault: what is wrong, the value included, and what to do about it. */
export type Fail = (problem: string, fix: string) => undefined;

/** The fields of a mapping that has these and no other. `what` names it in the faults, for example "http". */
export function fieldsOf(
  what: string,
  value: unknown,
  known: readonly string[],
  form: string,
  fail: Fail,
): JsonObject | undefined {
  if (!isJsonObject(value)) return fail(`${what}: ${show(value)} is not understood`, form);
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  for (const name of unknown) {
    const near = nearest(name, known);
    fail(`${what}: "${name}" is not known`, near === undefined ? `it takes ${known.join(', ')}` : `write ${near}`);
  }
  return unknown.length === 0 ? value : undefined;
}

export function wholeNumber(what: string, value: unknown, least: number, most: number, fail: Fail): number | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  return fail(`${what} ${show(value)} is not allowed`, `write a whole number from ${least} to ${most}`);
}

export function anyNumber(what: string, value: unknown, least: number, most: number, fail: Fail): number | undefined {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  return fail(`${what} ${show(value)} is not allowed`, `write a number from ${least} to ${most}`);
}

/** A share of requests as a fraction: `0.1%` is 0.001. Above 0 and below 100 %; a number without its sign could mean either. */
export function percent(what: string, value: unknown, fail: Fail): number | undefined {
  if (typeof value === 'number') {
    const fraction = value < 1 ? `, or ${plainNumber(100 * value)}% where ${value} of all requests are meant` : '';
    return fail(`${what} ${value} has no percent sign`, `write ${value}%${fraction}`);
  }
  const digits = typeof value === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(value)?.[1] : undefined;
  const read = Number(digits);
  if (digits !== undefined && read > 0 && read < 100) return plainNumber(read / 100);
  return fail(`${what} ${show(value)} is not allowed`, 'write a share above 0% and below 100%, such as 0.1%');
}

/** Without the dust of binary fractions: 100 × 0.07 is 7. */
function plainNumber(value: number): number {
  return Number(value.toPrecision(12));
}

export function yesOrNo(what: string, value: unknown, fail: Fail): boolean | undefined {
  return typeof value === 'boolean' ? value : fail(`${what} ${show(value)} is not allowed`, 'write true or false');
}

export function duration(
  what: string,
  value: unknown,
  leastMs: number,
  mostMs: number,
  fail: Fail,
): number | undefined {
  const parsed: ParsedDuration = parseDuration(typeof value === 'string' ? value : String(JSON.stringify(value)));
  if ('problem' in parsed) return fail(`${what} ${parsed.problem}`, parsed.fix);
  if (parsed.ms >= leastMs && parsed.ms <= mostMs) return parsed.ms;
  const range = `${formatDuration(leastMs)} and ${formatDuration(mostMs)}`;
  return fail(`${what} ${show(value)} is out of range`, `write a time between ${range}`);
}

/** A value as it can stand in a sentence. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
