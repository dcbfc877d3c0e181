import { describe, expect, test } from '@jest/globals';
import { type AlarmState, evaluate, type MissingData } from '../../../sandbox/cloudwatch/evaluate.ts';

/** `0` is not breaching, `X` is, `-` is missing; the newest is last. */
function read(range: string): (boolean | undefined)[] {
  return range.split(' ').map((letter) => (letter === '-' ? undefined : letter === 'X'));
}

const treatments: MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const keep = undefined;

type Row = [range: string, ...states: (AlarmState | undefined)[]];

/** The tables of docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html. */
describe('3 of 3 datapoints', () => {
  test.each<Row>([
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', 'INSUFFICIENT_DATA', keep, 'ALARM', 'OK'],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - X - -', 'ALARM', keep, 'ALARM', 'OK'],
  ])('%s', (range, ...states) => {
    expect(treatments.map((missing) => evaluate(read(range), 3, 3, missing))).toEqual(states);
  });
});

describe('2 of 3 datapoints', () => {
  test.each<Row>([
    ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - X -', 'ALARM', keep, 'ALARM', 'OK'],
  ])('%s', (range, ...states) => {
    expect(treatments.map((missing) => evaluate(read(range), 3, 2, missing))).toEqual(states);
  });
});

test('a single fresh breaching datapoint does not alarm before its time', () => {
  expect(evaluate(read('- - - - X'), 3, 3, 'missing')).toBe('OK');
  expect(evaluate(read('- - X'), 1, 1, 'missing')).toBe('ALARM');
});
