import { describe, expect, test } from '@jest/globals';
import { readOptions } from '../../../bench/judge/options.ts';

describe('the options of the bench', () => {
  test('without any the whole table is made with 4,000 runs a cell', () => {
    expect(readOptions([])).toMatchObject({ runs: 4000, seed: 1, scenario: '', json: false });
  });

  test('are read', () => {
    expect(readOptions(['--runs', '200', '--seed=7', '--scenario', 'OUTAGE', '--json'])).toMatchObject({
      runs: 200,
      seed: 7,
      scenario: 'OUTAGE',
      json: true,
    });
  });

  test.each([
    [['--runs', '0'], "--runs: a whole number from 1 to 1000000 is needed, got '0'"],
    [['--runs', '1e3'], "--runs: a whole number from 1 to 1000000 is needed, got '1e3'"],
    [['--seed', 'x'], "--seed: a whole number from 0 to 9007199254740991 is needed, got 'x'"],
    [['--scenario', 'moon'], "--scenario: no scenario's name contains 'moon'; there are 'same version twice'"],
    [['--sead', '1'], '--sead'],
  ])('%j is refused, and it is said why', (args, sentence) => {
    expect(() => readOptions(args)).toThrow(sentence);
  });
});
