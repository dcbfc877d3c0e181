/**
 * Computes again what the gates `metrics` of a job said, from the file that the job left (its output `evidence`):
 *
 *   npx tsx bench/judge/recompute.ts evidence.json
 *
 * A line for each gate at each step; exit 1 when a verdict, a sentence or a number is another one, 2 when the file cannot be used.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { isJsonObject, type JsonObject } from '../../src/core/json.ts';
import { judge } from '../../src/core/judge/judge.ts';
import type { Evidence, JudgeSeen } from '../../src/core/judge/judgement.ts';

export interface Recomputed {
  /** "metrics errors at 10 %" */
  readonly name: string;
  readonly verdict: string;
  readonly sentence: string;
  /** What is not as the file has it, each with both values; empty: everything is the same. */
  readonly differences: readonly string[];
}

/** The form of the record that this computes (`Evidence.version`). */
const VERSION = 1;
/** Logarithms of another machine or another Node may differ in the last digits. */
const SAME = 1e-9;

/** Every look that the file `text` holds, computed again. Throws an Error with a sentence when it is no such file. */
export function recompute(text: string): readonly Recomputed[] {
  const file = parsed(text);
  const looks: unknown = isJsonObject(file) ? file['looks'] : undefined;
  if (!Array.isArray(looks) || looks.length === 0 || !looks.every(isJsonObject)) {
    throw new Error('it has no looks; the file is the one that the output evidence of a job names');
  }
  return looks.map((look: JsonObject) => {
    const name = `${String(look['gate'])} at ${String(look['share'])} %`;
    const recorded = look['evidence'];
    if (!isJsonObject(recorded)) throw new Error(`${name}: it has no evidence`);
    const { version } = recorded;
    if (version !== VERSION) {
      throw new Error(
        `${name}: its form is ${String(version)}, this computes ${VERSION}; take the Greenlight that wrote it`,
      );
    }
    return { name, ...again(name, recorded) };
  });
}

function again(name: string, recorded: JsonObject): Omit<Recomputed, 'name'> {
  const { gate, seen } = recorded as unknown as Evidence;
  let now: Evidence;
  try {
    now = judge(gate, whole(seen)).evidence;
  } catch (error) {
    throw new Error(`${name}: it cannot be computed, something is missing: ${(error as Error).message}`);
  }
  // As the file has it: what is no finite number is null there, what is undefined is not there at all.
  const differences = differencesOf('', recorded, JSON.parse(JSON.stringify(now)));
  return { verdict: now.verdict, sentence: now.sentence, differences };
}

/** JSON has no Infinity: the hold of an engine that goes on by itself ends never. */
function whole(seen: JudgeSeen): JudgeSeen {
  const ends: number | null = seen.holdEndsAt;
  return { ...seen, holdEndsAt: ends ?? Number.POSITIVE_INFINITY };
}

/** Member by member, each with its path: "metrics.0.evidence.harm: 3.2 in the file, 0.4 computed". */
function differencesOf(path: string, recorded: unknown, computed: unknown): readonly string[] {
  if (isSame(recorded, computed)) return [];
  if (isMembers(recorded) && isMembers(computed)) {
    const names = new Set([...Object.keys(recorded), ...Object.keys(computed)]);
    return [...names].flatMap((name) =>
      differencesOf(path === '' ? name : `${path}.${name}`, recorded[name], computed[name]),
    );
  }
  return [`${path}: ${show(recorded)} in the file, ${show(computed)} computed`];
}

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'number' || typeof other !== 'number') return one === other;
  return Math.abs(one - other) <= SAME * Math.max(Math.abs(one), Math.abs(other));
}

/** Objects, and lists by their indices. */
function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`it is not JSON: ${(error as Error).message}`);
  }
}

/** The lines for people, and the exit code. */
export function report(recomputed: readonly Recomputed[]): {
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1;
} {
  const lines = recomputed.flatMap(({ name, verdict, sentence, differences }) =>
    differences.length === 0
      ? [`same: ${name}: ${verdict}: ${sentence}`]
      : [`DIFFERENT: ${name}: ${verdict}: ${sentence}`, ...differences.map((difference) => `  ${difference}`)],
  );
  return { lines, exitCode: recomputed.every(({ differences }) => differences.length === 0) ? 0 : 1 };
}

function main([file, ...more]: readonly string[]): number {
  if (file === undefined || more.length > 0) {
    console.error('usage: npx tsx bench/judge/recompute.ts evidence.json');
    return 2;
  }
  try {
    const { lines, exitCode } = report(recompute(readFileSync(file, 'utf8')));
    console.log(lines.join('\n'));
    return exitCode;
  } catch (error) {
    console.error(`${file}: ${(error as Error).message}`);
    return 2;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
