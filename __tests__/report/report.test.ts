import { describe, expect, test } from '@jest/globals';
import { elapsed } from '../../src/core/duration.ts';
import type { Look } from '../../src/core/observation.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { Result } from '../../src/core/result.ts';
import type { Log } from '../../src/ports.ts';
import { type History, NO_HISTORY, remember, type Told } from '../../src/report/history.ts';
import { rolloutLog } from '../../src/report/rollout-log.ts';
import { summaryOf } from '../../src/report/summary.ts';
import { planOf } from './_stories.ts';

const look = (stage: string, share: number, running = 2): Look => ({
  stage,
  movement: 'preparing',
  pause: undefined,
  share,
  candidate: { requested: 2, running, pending: 2 - running },
  stable: { requested: 2, running: 2, pending: 0 },
  end: undefined,
  note: undefined,
});
const reading = (at: number, verdict: 'pass' | 'fail', sentence: string): Told => ({
  kind: 'reading',
  at,
  gate: { kind: 'targets' },
  step: { share: 0, holdMs: 0 },
  verdict,
  sentence,
});
const death: Told = {
  kind: 'death',
  at: 9_000,
  logTail: ['boom', '```', 'bye'],
  death: {
    taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/demo/0f3a9b1c22',
    taskDefinitionArn: 'web:2',
    stoppedAt: 8_000,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    startedBy: 'ecs-svc/1',
    containers: [
      { name: 'web', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage', image: 'web:2' },
    ],
  },
};
const story: readonly Told[] = [
  { kind: 'look', at: 1_000, look: look('SCALE_UP', 0, 0) },
  { kind: 'look', at: 3_000, look: look('SCALE_UP', 0, 0) },
  death,
  { kind: 'look', at: 11_000, look: look('PRE_PRODUCTION_TRAFFIC_SHIFT', 0) },
  reading(12_000, 'pass', '2 of 2 targets healthy'),
  reading(22_000, 'pass', '3 of 3 targets healthy'),
  { kind: 'decision', at: 22_000, reason: 'every gate passed before the shift', orders: ['advance'] },
  { kind: 'look', at: 23_000, look: look('PRODUCTION_TRAFFIC_SHIFT', 100) },
  { kind: 'blind', at: 25_000, problem: 'Rate exceeded' },
  { kind: 'blind', at: 29_000, problem: 'Rate exceeded' },
  reading(31_000, 'fail', '1 of 2 targets healthy'),
  { kind: 'decision', at: 31_000, reason: 'gate targets failed', orders: ['turn-back'] },
];

function printed(events: readonly Told[], plan?: Plan): string[] {
  const lines: string[] = [];
  const print = (level: string) => (line: string) => {
    lines.push(`${level}${line}`);
  };
  const log: Log = {
    info: print(''),
    notice: print('notice '),
    warning: print('warning '),
    error: print('error '),
    group: (_title, fn) => fn(),
    mask: () => {},
  };
  const tell = rolloutLog(log, 0, plan);
  for (const event of events) tell(event);
  return lines;
}

const history = story.reduce<History>(remember, NO_HISTORY);
const result: Result = {
  outcome: {
    status: 'rolled-back',
    reason: 'gate http https://x/<healthz> failed at 100 %: answered 500 instead of 200',
  },
  image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:abc',
  imageDigest: 'sha256:abc',
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
  previousTaskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1',
  deploymentArn: undefined,
  traffic: 0,
  evidence: undefined,
  report: undefined,
};

describe('the log of a rollout', () => {
  test('says each change in one line, and nothing twice', () => {
    expect(printed(story)).toEqual([
      '00:01  SCALE_UP                          0 % of traffic, candidate 0/2 running, stable 2',
      'warning 00:09  task died: task 0f3a9b1c: container web exited with code 137 (SIGKILL), out of memory (its memory limit was reached); EssentialContainerExited: Essential container in task exited',
      '00:09                                  | boom',
      '00:09                                  | ```',
      '00:09                                  | bye',
      '00:11  PRE_PRODUCTION_TRAFFIC_SHIFT      0 % of traffic, candidate 2/2 running, stable 2',
      '00:12  gate targets                    pass before the shift: 2 of 2 targets healthy',
      '00:22  continue                        every gate passed before the shift',
      '00:23  PRODUCTION_TRAFFIC_SHIFT        100 % of traffic, candidate 2/2 running, stable 2',
      'warning 00:25  could not look: Rate exceeded',
      '00:31  gate targets                    fail before the shift: 1 of 2 targets healthy',
      '00:31  turn back                       gate targets failed',
    ]);
  });

  test('says on long work that it goes on, for how long, and how long it takes: ever more rarely', () => {
    const plan = planOf([10, 100]);
    const every10s = (from: number, to: number, of: Look): readonly Told[] =>
      Array.from({ length: (to - from) / 10_000 }, (_, i) => ({ kind: 'look', at: from + i * 10_000, look: of }));
    const waiting: Look = { ...look('BAKE_TIME', 10), movement: 'waiting' };
    const lines = printed(
      [
        ...every10s(0, 100_000, look('SCALE_UP', 0, 1)),
        ...every10s(100_000, 520_000, waiting),
        ...every10s(520_000, 590_000, { ...waiting, movement: 'turning-back' }),
      ],
      plan,
    );
    expect(lines.map((line) => line.replace(/ {2,}/g, ' '))).toEqual([
      '00:00 SCALE_UP 0 % of traffic, candidate 1/2 running, stable 2',
      '01:00 SCALE_UP still waiting for tasks to run, 1/2 running, 01:00 of at most 1:00:00',
      '01:40 BAKE_TIME 10 % of traffic, candidate 2/2 running, stable 2',
      '02:40 BAKE_TIME still at 10 %, 01:00 of 05:00',
      '04:40 BAKE_TIME still at 10 %, 03:00 of 05:00',
      '08:40 BAKE_TIME 10 % of traffic, candidate 2/2 running, stable 2, turning back',
      '09:40 BAKE_TIME still turning back, 01:00 so far',
    ]);
  });

  test.each([
    [0, '00:00'],
    [75_900, '01:15'],
    [3_725_000, '1:02:05'],
    [-5, '00:00'],
  ])('writes %i ms as %s', (ms, text) => expect(elapsed(ms)).toBe(text));
});

describe('the job summary', () => {
  const summary = summaryOf({ service: 'web', cluster: 'demo', result, history, startedAt: 0, endedAt: 65_000 });

  test('begins with the outcome and why', () => {
    expect(summary.split('\n\n').slice(0, 2)).toEqual([
      '## ↩️ Rolled back: web',
      'Gate http https:\\/\\/x/\\<healthz\\> failed at 100 %: answered 500 instead of 200.',
    ]);
  });

  test('has a row for every fact there is and none for those there are not', () => {
    expect(summary).toContain(
      '| `demo / web` | Candidate | Stable |\n| --- | --- | --- |\n| **Task\u00a0definition** | `web:2` | `web:1` |\n',
    );
    expect(summary).toContain('\nTook 01:05, until 1 January 1970, 00:01 UTC.\n');
    expect(summary).toContain('\n- Status: `rolled-back`\n');
    expect(summary).not.toContain('- Deployment');
    expect(summary).not.toContain('**Failed**');
  });

  test('gives a gate its last verdict and the number of looks', () => {
    expect(summary).toContain('| ❌\u00a0fail | `targets` | before the shift | 1 of 2 targets healthy | 3 |');
  });

  test('keeps a dead task’s log in its fence, whatever is in it', () => {
    expect(summary).toContain('\n````text\nboom\n```\nbye\n````\n');
  });

  test('is short when nothing was rolled out', () => {
    const short = summaryOf({
      service: 'web',
      cluster: 'demo',
      result: { ...result, outcome: { status: 'unchanged', reason: 'web:1 serves already' } },
      history: NO_HISTORY,
      startedAt: 0,
      endedAt: 1,
    });
    expect(short).not.toContain('###');
  });
});
