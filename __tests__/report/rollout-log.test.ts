import { describe, expect, test } from '@jest/globals';
import type { TaskDeath } from '../../src/core/deaths.ts';
import type { Gate } from '../../src/core/gate.ts';
import type { Look } from '../../src/core/observation.ts';
import type { Told } from '../../src/report/history.ts';
import { rolloutLog } from '../../src/report/rollout-log.ts';
import { rememberingLog } from '../fakes/ports.ts';
import { planOf } from './_stories.ts';

const MINUTE_MS = 60_000;

function told(events: readonly Told[]): readonly string[] {
  const lines: string[] = [];
  const tell = rolloutLog(rememberingLog(lines), 0, { ...planOf([10, 100]), bakeMs: 10 * MINUTE_MS });
  for (const event of events) tell(event);
  return lines.map((line) => line.replace(/ {2,}/g, ' '));
}

const look = (more: Partial<Look> = {}): Look => ({
  stage: 'SCALE_UP',
  movement: 'preparing',
  pause: undefined,
  share: 0,
  candidate: { requested: 2, running: 2, pending: 0 },
  stable: { requested: 2, running: 2, pending: 0 },
  end: undefined,
  note: undefined,
  ...more,
});

const death = (number: number, more: Partial<TaskDeath> = {}, logTail: readonly string[] = []): Told => ({
  kind: 'death',
  at: number * 1_000,
  logTail,
  death: {
    taskArn: `arn:aws:ecs:eu-west-1:111122223333:task/demo/${String(number).repeat(8)}`,
    taskDefinitionArn: 'web:2',
    stoppedAt: number * 1_000,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    startedBy: 'ecs-svc/1',
    containers: [{ name: 'web', exitCode: 42, reason: undefined, image: 'web:2' }],
    ...more,
  },
});

describe('trouble that comes again and again', () => {
  const blind = (at: number): Told => ({ kind: 'blind', at, problem: 'Rate exceeded' });

  test('is one annotation, and then a line ever more rarely that says how often', () => {
    const every10s = Array.from({ length: 43 }, (_, i) => blind(i * 10_000));
    expect(told(every10s)).toEqual([
      'warning: 00:00 could not look: Rate exceeded',
      '01:00 could not look Rate exceeded, 7 times by now',
      '03:00 could not look Rate exceeded, 19 times by now',
      '07:00 could not look Rate exceeded, 43 times by now',
    ]);
  });

  test('is no news either when a look between has seen something', () => {
    const seen: Told = { kind: 'look', at: 1_000, look: look() };
    expect(told([blind(0), seen, blind(2_000), seen, blind(4_000)])).toEqual([
      'warning: 00:00 could not look: Rate exceeded',
      '00:01 SCALE_UP 0 % of traffic, candidate 2/2 running, stable 2',
    ]);
  });

  test('of another kind is told for itself', () => {
    const refused: Told = { kind: 'order-failed', at: 1_000, problem: 'Rate exceeded' };
    expect(told([blind(0), refused])).toEqual([
      'warning: 00:00 could not look: Rate exceeded',
      'warning: 00:01 order failed: Rate exceeded',
    ]);
  });
});

describe('tasks that die', () => {
  test('of one cause have one annotation; the others say that it was the same, and no log line is there twice', () => {
    expect(told([death(1, {}, ['boom']), death(2, {}, ['boom']), death(3, {}, ['bang'])])).toEqual([
      'warning: 00:01 task died: task 11111111: container web exited with code 42; EssentialContainerExited: Essential container in task exited',
      '00:01 | boom',
      '00:02 task died task 22222222: as the one before',
      '00:03 task died task 33333333: as the one before',
      '00:03 | bang',
    ]);
  });

  test('of another cause have one more', () => {
    const killed = { containers: [{ name: 'web', exitCode: 137, reason: undefined, image: 'web:2' }] };
    const lines = told([death(1), death(2, killed), death(3)]);
    expect(lines.map((line) => line.startsWith('warning: '))).toEqual([true, true, true]);
  });

  test('for ever are told five times', () => {
    expect(told([1, 2, 3, 4, 5, 6, 7].map((number) => death(number)))).toHaveLength(5);
  });
});

test('that it turns back is a line: the annotation is the job’s end, which has the same reason', () => {
  const lines = told([{ kind: 'decision', at: 0, reason: 'gate targets failed', orders: ['turn-back'] }]);
  expect(lines).toEqual(['00:00 turn back gate targets failed']);
});

test('what a gate still finds good when it turns back already is no line; what it finds bad is', () => {
  const step = { share: 10, holdMs: 0 };
  const reading = (gate: Gate, verdict: 'pass' | 'fail', sentence: string): Told => ({
    kind: 'reading',
    at: 0,
    gate,
    step,
    verdict,
    sentence,
  });
  const lines = told([
    { kind: 'decision', at: 0, reason: 'gate targets failed', orders: ['turn-back'] },
    reading({ kind: 'alarms', names: ['web-5xx'] }, 'pass', '1 of 1 OK'),
    reading({ kind: 'alarms', names: ['web-p99'] }, 'fail', 'web-p99 in ALARM'),
  ]);
  // The alarm's name is in the sentence, and not told twice.
  expect(lines).toEqual(['00:00 turn back gate targets failed', '00:00 gate alarms fail at 10 %: web-p99 in ALARM']);
});

test('what is not known yet on the way to the next step is no line, a fail there is one', () => {
  const reading = (verdict: 'pass' | 'hold' | 'fail', sentence: string, isOnTheWay: boolean): Told => ({
    kind: 'reading',
    at: 0,
    gate: { kind: 'targets' },
    step: { share: 50, holdMs: 0 },
    verdict,
    sentence,
    isOnTheWay,
  });
  const lines = told([
    reading('pass', '2 of 2 targets healthy', false),
    reading('hold', '2 of 4 targets healthy', true),
    reading('fail', 'a target is unhealthy', true),
  ]);
  expect(lines).toEqual([
    '00:00 gate targets pass at 50 %: 2 of 2 targets healthy',
    '00:00 gate targets fail at 50 %: a target is unhealthy',
  ]);
});

test('a gate is told by the first line of its command', () => {
  const gate: Gate = { kind: 'run', command: `npm ci\nnpm run ${'smoke '.repeat(30)}`, withinMs: 1_000 };
  const event: Told = {
    kind: 'reading',
    at: 0,
    gate,
    step: { share: 0, holdMs: 0 },
    verdict: 'pass',
    sentence: 'exit 0',
  };
  expect(told([event])).toEqual(['00:00 gate run pass before the shift: exit 0 (npm ci…)']);
});

test('a share on the way to the next step is one line', () => {
  const at = (share: number): readonly Told[] => [
    { kind: 'look', at: 0, look: look({ share, movement: 'waiting' }) },
    { kind: 'decision', at: 0, reason: `on from ${share}`, orders: ['advance'] },
  ];
  expect(told([...at(10), ...at(20)])).toEqual([
    '00:00 SCALE_UP 10 % of traffic, candidate 2/2 running, stable 2',
    '00:00 continue on from 10',
    '00:00 SCALE_UP 20 % of traffic, candidate 2/2 running, stable 2',
  ]);
});

describe('work that takes long says what is waited for, how long by now, and how long it may take:', () => {
  test.each([
    [
      'tasks to run',
      { candidate: { requested: 2, running: 1, pending: 1 } },
      'still waiting for tasks to run, 1/2 running, 01:00 of at most 1:00:00',
    ],
    ['tasks to be healthy', {}, 'still waiting for tasks to be healthy, 2/2 running, 01:00 of at most 1:00:00'],
    ['a hold', { movement: 'waiting', share: 10 }, 'still at 10 %, 01:00 of 05:00'],
    ['the bake', { movement: 'baking', share: 100 }, 'still at 100 %, 01:00 of 15:00'],
    ['the old tasks', { movement: 'finishing', share: 100 }, 'still waiting for the old tasks to go, 01:00 so far'],
    ['the way back', { movement: 'turning-back' }, 'still turning back, 01:00 so far'],
  ] as const)('%s', (_what, more, expected) => {
    const same = look(more);
    const lines = told([
      { kind: 'look', at: 0, look: same },
      { kind: 'look', at: MINUTE_MS, look: same },
    ]);
    expect(lines.slice(1)).toEqual([`01:00 SCALE_UP ${expected}`]);
  });
});
