/** What can be asked of the bench. */
import { parseArgs } from 'node:util';
import { loadsOf } from './load.ts';
import { SCENARIOS } from './scenarios.ts';

export interface Options {
  readonly runs: number;
  readonly seed: number;
  /** Only scenarios whose name contains it; empty: all. */
  readonly scenario: string;
  /** The table as JSON. */
  readonly json: boolean;
  /** Where the picture goes; undefined: to its place, when the whole table is made. */
  readonly picture: string | undefined;
}

/** So many runs a cell, unless fewer are asked for. */
export const RUNS = 4000;

export const USAGE = 'usage: npm run bench:judge [-- --runs N --seed N --scenario TEXT --json --picture FILE]';

/** Throws a sentence that names the option and the value when something is wrong with it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: String(RUNS) },
      seed: { type: 'string', default: '1' },
      scenario: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      picture: { type: 'string' },
    },
  });
  if (loadsOf(values.scenario).length === 0) {
    const names = SCENARIOS.map(({ name }) => `'${name}'`).join(', ');
    throw new Error(`--scenario: no scenario's name contains '${values.scenario}'; there are ${names}`);
  }
  return {
    runs: wholeNumber('--runs', values.runs, 1, 1_000_000),
    seed: wholeNumber('--seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    scenario: values.scenario,
    json: values.json,
    picture: values.picture,
  };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new Error(`${option}: a whole number from ${least} to ${most} is needed, got '${text}'`);
  }
  return value;
}
