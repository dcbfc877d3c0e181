import { expect, test } from '@jest/globals';
import { rememberingMasks } from '../src/masked-log.ts';
import { rememberingLog } from './fakes/ports.ts';

test('a log remembers what it has masked, line by line as the runner takes it, and still masks it', () => {
  const masked: string[] = [];
  const log = rememberingMasks({ ...rememberingLog([]), mask: (secret) => void masked.push(secret) });
  expect(log.masked?.()).toEqual([]);
  log.mask('one\r\ntwo\n\n');
  log.mask('one');
  expect(log.masked?.()).toEqual(['one', 'two']);
  expect(masked).toEqual(['one\r\ntwo\n\n', 'one']);
});
