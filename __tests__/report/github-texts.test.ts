/** What stands on GitHub's pages: short, true, the same as long as nothing changed, and harmless whatever is in it. */
import { describe, expect, test } from '@jest/globals';
import type { Verdict } from '../../src/core/gate.ts';
import type { Look } from '../../src/core/observation.ts';
import type { Status } from '../../src/core/outcome.ts';
import { ladder, type Plan } from '../../src/core/plan.ts';
import { NOTHING_DONE, type Result } from '../../src/core/result.ts';
import { checkRunOf } from '../../src/report/check-run.ts';
import { deploymentStatusOf } from '../../src/report/deployment-status.ts';
import { beginHistory, type History, NO_HISTORY, remember, type Told } from '../../src/report/history.ts';
import type { LiveJob } from '../../src/report/live.ts';
import { noteMarker, pullRequestNote } from '../../src/report/pull-request-note.ts';

const plan: Plan = {
  steps: ladder([25, 100], 600_000),
  bakeMs: 600_000,
  gates: [],
  timeoutMs: 3_600_000,
  onCancel: 'rollback',
  holdLimitMs: 1,
  onInconclusive: 'rollback',
  waitForApprovalMs: 0,
  promoteWithinMs: 1,
};
const T = 1_800_000_000_000;
const look = (share: number, movement: Look['movement'] = 'waiting'): Look => ({
  stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
  movement,
  pause: undefined,
  share,
  candidate: { requested: 2, running: 2, pending: 0 },
  stable: { requested: 2, running: 2, pending: 0 },
  end: undefined,
  note: undefined,
});
const seen = (at: number, share: number, movement?: Look['movement']): Told => ({
  kind: 'look',
  at,
  look: look(share, movement),
});
const history = (...events: Told[]): History => events.reduce(remember, beginHistory(T, plan));
const live = (more: Partial<LiveJob> = {}): LiveJob => ({
  cluster: 'demo',
  service: 'web',
  command: 'deploy',
  sha: 'a'.repeat(40),
  runUrl: 'https://github.com/example/shop/actions/runs/1',
  history: NO_HISTORY,
  ended: undefined,
  ...more,
});
const ended = (status: Status, reason: string, more: Partial<Result> = {}): LiveJob =>
  live({
    history: history(seen(T, 25)),
    ended: { result: { ...NOTHING_DONE, outcome: { status, reason }, ...more }, wasAskedFor: false, tookMs: 90_400 },
  });
const titleAt = (at: number, ...events: Told[]) => checkRunOf(live({ history: history(...events) }), at).title;

describe('the title of the check', () => {
  test.each([
    ['deploy', 'Getting ready: nothing has changed on the service yet'],
    ['promote', 'Looking for the rollout to go on with'],
    ['rollback', 'Looking for what to turn back'],
  ] as const)('of %s before there is a rollout says what the job is at', (command, title) => {
    expect(checkRunOf(live({ command }), T).title).toBe(title);
  });

  test('says how long the candidate has this share, in whole minutes, also when other things change', () => {
    const events = [seen(T, 0), seen(T + 30_000, 25), seen(T + 90_000, 25, 'moving')];
    expect(titleAt(T + 89_000, ...events)).toBe('25 % on the candidate');
    expect(titleAt(T + 90_000, ...events)).toBe('25 % on the candidate, 1m at this step');
    expect(titleAt(T + 30_000 + 3_720_000, ...events)).toBe('25 % on the candidate, 1h2m at this step');
  });

  test.each<[Told, string]>([
    [seen(T, 0, 'preparing'), 'The candidate starts; no user sees it yet'],
    [seen(T, 0), 'The candidate runs; no user sees it yet'],
    [seen(T, 100, 'baking'), '100 % on the candidate, stable is kept for the bake'],
    [seen(T, 25, 'turning-back'), 'Turning back: the engine turned the rollout back'],
  ])('of %j is in words for people', (event, title) => {
    expect(titleAt(T, event)).toBe(title);
  });

  test('says why all traffic goes back: the first reason, not that it was ordered again', () => {
    const back = (at: number, reason: string): Told => ({ kind: 'decision', at, reason, orders: ['turn-back'] });
    const events = [seen(T, 25), back(T, 'alarm web-5xx'), back(T + 10_000, 'ordering it again')];
    expect(titleAt(T, ...events)).toBe('Turning back: alarm web-5xx');
  });

  test('asks until somebody has answered', () => {
    const step = { share: 25, holdMs: 0, approval: true } as const;
    const asked: Told = { kind: 'asked', at: T, step, until: Date.parse('2027-01-15T09:30:00Z') };
    const answer: Told = { kind: 'decision', at: T + 1, reason: 'a person said go on', orders: ['advance'] };
    expect(titleAt(T, seen(T, 25), asked)).toBe('A person decides at 25 %, until 2027-01-15 09:30 UTC');
    expect(titleAt(T, seen(T, 25), asked, answer)).toBe('25 % on the candidate');
  });
});

test('a check of a minute in which nothing happened is the same check, and needs no call', () => {
  const job = live({ history: history(seen(T, 25)) });
  expect(checkRunOf(job, T + 59_000)).toEqual(checkRunOf(job, T));
  expect(checkRunOf(job, T + 60_000)).not.toEqual(checkRunOf(job, T));
});

test.each<[Status, string | undefined, string]>([
  ['succeeded', 'success', 'success'],
  ['unchanged', 'neutral', 'success'],
  ['awaiting-promotion', 'action_required', 'pending'],
  ['rolled-back', 'failure', 'failure'],
  ['superseded', 'cancelled', 'inactive'],
  ['stopped', 'failure', 'failure'],
  ['timed-out', 'failure', 'failure'],
  ['could-not-look', 'failure', 'error'],
  ['cancelled', 'cancelled', 'inactive'],
  ['failed', 'failure', 'failure'],
])('a job that is %s has a check that is %s and a deployment that is %s', (status, conclusion, state) => {
  const job = ended(status, 'so it is');
  const check = checkRunOf(job, T);
  expect([check.status, check.conclusion, check.actions.length]).toEqual([
    'completed',
    conclusion,
    status === 'awaiting-promotion' ? 2 : 0,
  ]);
  expect(deploymentStatusOf(job, { environmentUrl: undefined })?.state).toBe(state);
});

test('a name of a service that several clusters have is told apart by the cluster', () => {
  expect(checkRunOf(live(), T).name).toBe('Greenlight: demo/web');
  expect(checkRunOf(live({ cluster: 'default' }), T).name).toBe('Greenlight: web');
  expect(noteMarker(live())).toBe('<!-- greenlight:demo/web -->');
});

test('what GitHub limits is within its limits, and cut where it is not', () => {
  const long = 'x y'.repeat(50_000);
  const job = ended('failed', long);
  const check = checkRunOf(job, T);
  expect([check.title.length <= 255, Buffer.byteLength(check.summary) <= 65_535]).toEqual([true, true]);
  expect(deploymentStatusOf(job, { environmentUrl: undefined })?.description).toHaveLength(140);
  expect(pullRequestNote(job)?.length).toBeLessThan(65_536);
  const names = checkRunOf(ended('awaiting-promotion', ''), T);
  expect([names.externalId, names.actions.length]).toEqual(['demo/web', 2]);
  const tooLong = checkRunOf({ ...ended('awaiting-promotion', ''), service: 's'.repeat(255) }, T);
  expect([tooLong.externalId.length, tooLong.actions]).toEqual([255, []]);
});

test('nothing in a reason is formatting, calls somebody or ends a table', () => {
  const job = ended(
    'failed',
    'ask @octocat about <img src=x> **now** | [x](http://evil.example.com) ![y](z) &lt; &#64;hana #12\n# title',
    {
      image: 'a`b|c',
    },
  );
  expect(checkRunOf(job, T).title).toContain('ask @octocat about <img src=x> **now**');
  const long: LiveJob = ended('failed', `${job.ended?.result.outcome.reason}${' and so on'.repeat(20)}`, {
    image: 'a`b|c',
  });
  for (const text of [checkRunOf(long, T).summary, pullRequestNote(job) ?? '']) {
    expect(text).toContain('@\u200boctocat');
    expect(text).toContain('\\#\u200b12');
    expect(text).not.toMatch(/@octocat|(?<!\\)(?:<img|\*\*now|\[x|\[y|&lt)|:\/\/evil|^# title/m);
    expect(text).toContain('a\\`b\\|c');
  }
});

describe('beneath the title', () => {
  const reading = (
    at: number,
    share: number,
    verdict: Verdict,
    seen: string,
    kind: 'targets' | 'traffic' = 'targets',
  ) => ({ kind: 'reading', at, gate: { kind }, step: { share, holdMs: 0 }, verdict, sentence: seen }) as const;
  const summaryAt = (at: number, ...events: Told[]) => checkRunOf(live({ history: history(...events) }), at).summary;
  const rows = (text: string) => text.split('\n').map((line) => line.replaceAll('\u00a0', ' '));

  test('stand the steps, as far as the candidate has come, also on its way back', () => {
    const steps = (...events: Told[]) => rows(summaryAt(T, ...events)).find((line) => line.startsWith('| **Steps**'));
    expect(steps(seen(T, 0))).toBe('| **Steps** | 25 % → 100 % |');
    expect(steps(seen(T, 0), seen(T, 25))).toBe('| **Steps** | **25 %** → 100 % |');
    expect(steps(seen(T, 25), seen(T, 100))).toBe('| **Steps** | ✓ 25 % → **100 %** |');
    expect(steps(seen(T, 25), seen(T, 100), seen(T, 0))).toBe('| **Steps** | ✓ 25 % → ↩ 100 % |');
    const back = rows(summaryAt(T, seen(T, 25), seen(T, 0)));
    expect(back).toContain('| **Candidate’s traffic** | 0 % (25 % at most) |');
  });

  test('stand no steps where there is one', () => {
    const ofOne = { ...history(seen(T, 100)), plan: { ...plan, steps: ladder([100], 0) } };
    expect(checkRunOf(live({ history: ofOne }), T).summary).not.toContain('Steps');
    expect(summaryAt(T, seen(T, 100))).toContain('Steps');
  });

  test('stand the tasks while it goes on, and not when it has ended: they were what was last seen', () => {
    const tasks = '| **Candidate** | 2 of 2 tasks run |';
    expect(rows(summaryAt(T + 120_000, seen(T, 25)))).toEqual(
      expect.arrayContaining([tasks, '| **Stable** | 2 tasks run |', '| **Under way for** | 2m |']),
    );
    const over = rows(checkRunOf(ended('succeeded', 'done'), T).summary);
    expect(over).toContain('| **Took** | 1m30s |');
    expect(over.some((line) => /Stable|Stage|Under way/.test(line) || line === tasks)).toBe(false);
  });

  test('stand first the gates of this step and those that did not pass; the others are folded', () => {
    const text = summaryAt(
      T,
      reading(T, 0, 'pass', 'first'),
      reading(T, 0, 'hold', 'unsure', 'traffic'),
      reading(T, 25, 'pass', '2 of 2'),
    );
    const [open = '', folded = ''] = text.split('<details><summary>Gates that passed before</summary>');
    expect(rows(open)).toEqual(
      expect.arrayContaining([
        '| Verdict | Gate | When | Last seen |',
        '| ⏳ hold | `traffic` | before the shift | unsure |',
        '| ✅ pass | `targets` | at 25 % | 2 of 2 |',
      ]),
    );
    expect(rows(folded)).toContain('| ✅ pass | `targets` | before the shift | first |');
    expect(open).not.toContain('first');
    expect(summaryAt(T, reading(T, 0, 'pass', 'x'))).not.toContain('<details>');
  });

  test('stand thirty gates of a kind at most, and all of it fits into what GitHub takes', () => {
    const gate = (i: number) => ({ kind: 'run', command: `${i} ${'*'.repeat(200)}`, withinMs: 1 }) as const;
    const many = (share: number, verdict: Verdict): Told[] =>
      Array.from({ length: 40 }, (_, i) => ({
        kind: 'reading',
        at: T,
        gate: gate(i),
        step: { share, holdMs: 0 },
        verdict,
        sentence: '*'.repeat(1_000),
      }));
    const job = ended('failed', '*'.repeat(10_000));
    const text = checkRunOf({ ...job, history: history(...many(0, 'pass'), ...many(25, 'fail')) }, T).summary;
    expect(text.split('\n').filter((line) => /^\| ❌/.test(line))).toHaveLength(30);
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text.length).toBeGreaterThan(50_000);
  });

  test('stand tasks that died, five of them', () => {
    const died = (i: number): Told => ({
      kind: 'death',
      at: T,
      logTail: [],
      death: {
        taskArn: `arn:aws:ecs:eu-west-1:1:task/demo/${i}`,
        taskDefinitionArn: 'web:2',
        stoppedAt: T,
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        startedBy: undefined,
        containers: [{ name: 'web', exitCode: 42, reason: undefined, image: undefined }],
      },
    });
    const lines = rows(summaryAt(T, ...[1, 2, 3, 4, 5, 6, 7].map(died))).filter((line) => line.startsWith('- '));
    expect([lines.length, lines[0], lines[5]]).toEqual([6, expect.stringContaining('code 42'), '- … and 2 more']);
  });

  test('stands an image by the first twelve letters of its digest', () => {
    const image = `example.com/web@sha256:${'0123456789abcdef'.repeat(4)}`;
    const job = ended('succeeded', 'done', { image });
    for (const text of [checkRunOf(job, T).summary, pullRequestNote(job) ?? ''])
      expect(text).toContain('`example.com/web@sha256:0123456789ab…`');
  });

  test('stands the reason only where the title has no room for it', () => {
    expect(checkRunOf(ended('failed', 'memory'), T).summary).not.toContain('emory');
    expect(checkRunOf(ended('failed', `memory ${'x'.repeat(300)}`), T).summary).toMatch(/^Memory x+/);
  });

  test('stands for a person what to do, until when, and that there is a way without the buttons', () => {
    const until = Date.parse('2027-01-15T09:30:00Z');
    const job = ended('awaiting-promotion', 'at 25 %', {
      outcome: { status: 'awaiting-promotion', reason: 'x', until },
    });
    const { title, summary } = checkRunOf(job, T);
    expect(title).toBe('A person decides, until 2027-01-15 09:30 UTC');
    const run = (command: string) =>
      `run this action with \`command: ${command}\`, \`cluster: demo\`, \`service: web\`.`;
    const ways = ['promote', 'rollback'].map(run);
    expect(summary.split('\n').slice(0, 5)).toEqual([
      `- **To go on**: the button *Promote*, or ${ways[0]}`,
      `- **To turn back**: the button *Roll back*, or ${ways[1]}`,
      '- After 2027-01-15 09:30 UTC it turns back by itself.',
      '',
      'Where a button does nothing, no workflow hears of it: start the one for promotions by hand.',
    ]);
    const note = pullRequestNote(job) ?? '';
    expect(note).toContain(`- **To go on**: ${ways[0]}\n- **To turn back**: ${ways[1]}`);
    expect(note).not.toContain('button');
  });
});

describe('the note', () => {
  test('is there when a rollout was begun, or when it failed before; not for what changed nothing', () => {
    expect(pullRequestNote(live())).toBeUndefined();
    const without = (status: Status) => pullRequestNote({ ...ended(status, 'x'), history: NO_HISTORY });
    expect([without('failed') === undefined, without('cancelled'), without('unchanged')]).toEqual([
      false,
      undefined,
      undefined,
    ]);
    const done = {
      image: 'web@sha256:1',
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:1:task-definition/web:2',
      traffic: 100,
    };
    expect(pullRequestNote(ended('succeeded', 'the candidate serves all traffic', done))).toBe(
      [
        '### ✅ Deployed: web in demo',
        'The candidate serves all traffic.',
        [
          `| **Commit** | ${'a'.repeat(40)} |`,
          '| :-- | :-- |',
          '| **Image** | `web@sha256:1` |',
          '| **Task\u00a0definition** | `web:2` |',
          '| **Candidate’s\u00a0traffic** | 100 % |',
          '| **Took** | 1m30s |',
        ].join('\n'),
        '[The run and its log](https://github.com/example/shop/actions/runs/1)',
      ].join('\n\n'),
    );
  });
});
