import { describe, expect, test } from '@jest/globals';
import { CallError, JobFailed } from '../src/core/errors.ts';
import { migrate } from '../src/migrate.ts';
import type { Log } from '../src/ports.ts';
import { createFakeClock } from './fakes/clock.ts';
import { type FakeOneOffTasks, fakeOneOffTasks, type Script } from './fakes/one-off-tasks.ts';

interface Told {
  readonly ended: string;
  readonly lines: readonly string[];
  readonly tasks: FakeOneOffTasks;
  readonly tookMs: number;
}

interface Given {
  readonly lags?: { readonly lagMs: number; readonly logLagMs: number };
  readonly cancelAfterMs?: number;
  readonly timeoutMs?: number;
  readonly prepare?: (tasks: FakeOneOffTasks) => void;
}

async function migration(script: Script, given: Given = {}): Promise<Told> {
  const clock = createFakeClock();
  const tasks = fakeOneOffTasks(clock, script, given.lags);
  given.prepare?.(tasks);
  const cancel = new AbortController();
  if (given.cancelAfterMs === 0) cancel.abort();
  else if (given.cancelAfterMs !== undefined) clock.after(given.cancelAfterMs, () => cancel.abort());
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const log: Log = {
    info: say,
    notice: say,
    warning: (line) => lines.push(`warning: ${line}`),
    error: say,
    group: (_title, fn) => fn(),
    mask: () => undefined,
  };
  const startedAt = clock.now();
  const ended = await migrate(
    {
      cluster: 'demo',
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
      container: 'web',
      command: ['./manage.py', 'migrate'],
      placement: { launchType: 'FARGATE' },
      token: 'token-1',
      timeoutMs: given.timeoutMs ?? 600_000,
      pollMs: 5_000,
      cancelled: cancel.signal,
    },
    { clock, log, oneOffTasks: tasks },
  ).catch((error: unknown) => {
    if (error instanceof JobFailed || error instanceof CallError) return `${error.name}: ${error.message}`;
    throw error;
  });
  return { ended, lines, tasks, tookMs: clock.now() - startedAt };
}

const good = { exit: { afterMs: 20_000, code: 0 } };

describe('a migration', () => {
  test('is one task of the new definition, in the service’s place, with the container’s command', async () => {
    const { ended, tasks } = await migration(good);
    expect(ended).toBe('migrated');
    expect(tasks.orders).toEqual([
      expect.objectContaining({
        cluster: 'demo',
        taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
        container: 'web',
        command: ['./manage.py', 'migrate'],
        placement: { launchType: 'FARGATE' },
        token: 'token-1',
      }),
    ]);
    expect(tasks.calls).not.toContain('stop');
  });

  test('shows each line of its log once, in order, also those that come after its end', async () => {
    const lines = Array.from({ length: 12 }, (_, i) => [i * 2_000, `line ${i}`] as const);
    const told = await migration(
      { exit: { afterMs: 23_000, code: 0 }, lines },
      { lags: { lagMs: 0, logLagMs: 2_500 } },
    );
    expect(told.lines.filter((line) => line.startsWith('| '))).toEqual(lines.map(([, line]) => `| ${line}`));
  });

  test.each([
    ['failed', { afterMs: 1_000, code: 1, essential: false }],
    ['was killed', { afterMs: 1_000, code: 137, essential: false }],
  ])('is good with exit code 0 though a sidecar %s', async (_name, sidecar) => {
    expect((await migration({ ...good, sidecar })).ended).toBe('migrated');
  });

  test('that fails says its code, its reason and its last words, and that nothing was moved', async () => {
    const { ended } = await migration({
      exit: { afterMs: 5_000, code: 3 },
      lines: [
        [0, 'Applying 0007_orders'],
        [100, ''],
        [200, 'relation "users" does not exist'],
      ],
    });
    expect(ended).toBe(
      'JobFailed: the migration failed: task 0f3a9b1c: container web exited with code 3; EssentialContainerExited: Essential container in task exited; its last lines: "Applying 0007_orders", "relation "users" does not exist"; no traffic was moved',
    );
  });

  test('that never starts says why', async () => {
    const { ended } = await migration({ startFailure: 'CannotPullContainerError: web:nope: not found' });
    expect(ended).toContain('TaskFailedToStart: CannotPullContainerError: web:nope: not found');
  });

  test('for which there is no room says so', async () => {
    const refusals = [{ arn: undefined, reason: 'RESOURCE:ENI', detail: undefined }];
    expect((await migration({ refusals })).ended).toBe(
      'JobFailed: the migration could not start: RESOURCE:ENI (no container instance can take one more network interface); no traffic was moved',
    );
  });

  test('is stopped after its time, waited for, and has failed', async () => {
    const { ended, tasks, tookMs } = await migration({ lines: [[0, 'waiting for a lock']] }, { timeoutMs: 60_000 });
    expect(ended).toBe(
      'JobFailed: the migration did not end within 1m and was stopped; its last lines: "waiting for a lock"; no traffic was moved',
    );
    expect(tasks.calls.filter((call) => call === 'stop')).toHaveLength(1);
    expect(tookMs).toBeLessThan(120_000);
  });

  test('whose container has ended does not leave the rest of the task running', async () => {
    const { ended, tasks } = await migration({
      ...good,
      isOptional: true,
      sidecar: { afterMs: 3_600_000, code: 0, essential: true },
    });
    expect(ended).toBe('migrated');
    expect(tasks.calls.at(-1)).toBe('stop');
  });
});

describe('a cancelled workflow', () => {
  test('stops the migration at once', async () => {
    const { ended, tasks, tookMs } = await migration(good, { cancelAfterMs: 7_000 });
    expect([ended, tasks.calls.at(-1), tookMs]).toEqual(['cancelled', 'stop', 7_000]);
  });

  test('begins none', async () => {
    const { ended, tasks } = await migration(good, { cancelAfterMs: 0 });
    expect([ended, tasks.calls]).toEqual(['cancelled', []]);
  });

  test('says that nobody knows when the answer to the start was lost', async () => {
    const { ended, lines } = await migration(good, {
      cancelAfterMs: 2_000,
      prepare: (tasks) => tasks.loseAnswers('run', 9),
    });
    expect(ended).toBe('cancelled');
    expect(lines.at(-1)).toContain('whether the migration has begun is not known');
  });
});

describe('troubled calls', () => {
  test('do not run it twice: a start whose answer was lost is asked for again under the same token', async () => {
    const { ended, tasks } = await migration(good, { prepare: (all) => all.loseAnswers('run', 2) });
    expect([ended, tasks.started(), tasks.orders.map(({ token }) => token)]).toEqual([
      'migrated',
      1,
      ['token-1', 'token-1', 'token-1'],
    ]);
  });

  test('for some looks change nothing', async () => {
    expect((await migration(good, { prepare: (tasks) => tasks.loseAnswers('describe', 8) })).ended).toBe('migrated');
  });

  test('for ever end the looking, not the migration, and the log says so', async () => {
    const { ended, tasks, lines } = await migration(good, { prepare: (all) => all.loseAnswers('describe', 99) });
    expect(ended).toBe('CallError: no answer');
    expect(tasks.calls).not.toContain('stop');
    expect(lines.at(-1)).toMatch(/^warning: nobody looks at the migration any more: task .* goes on by itself$/);
  });

  test('of the log are said once and change nothing', async () => {
    const denied = new CallError('denied', 'AccessDenied', 'read log web: not authorized to perform logs:GetLogEvents');
    const { ended, lines } = await migration(good, { prepare: (tasks) => tasks.loseAnswers('log', 99, denied) });
    expect(ended).toBe('migrated');
    expect(lines.filter((line) => line.includes('logs:GetLogEvents'))).toHaveLength(1);
  });

  test('are not made for a log that cannot be read here', async () => {
    const { ended, tasks, lines } = await migration({ ...good, logDriver: 'other' });
    expect([ended, tasks.calls.filter((call) => call === 'log')]).toEqual(['migrated', ['log']]);
    expect(lines.join('\n')).toContain('its log driver is not awslogs');
  });

  test('that show the task late are patient, but not for ever', async () => {
    expect((await migration(good, { lags: { lagMs: 20_000, logLagMs: 0 } })).ended).toBe('migrated');
    expect((await migration(good, { lags: { lagMs: 9_000_000, logLagMs: 0 } })).ended).toMatch(
      /^JobFailed: ECS does not show the migration's task/,
    );
  });
});
