import { describe, expect, test } from '@jest/globals';
import type { PlanReport } from '../../src/core/plan-report.ts';
import type { RolloutOutlook } from '../../src/core/plan-report-rollout.ts';
import { planMarkdown, planMarker } from '../../src/report/plan.ts';
import { planCheck } from '../../src/report/plan-check.ts';
import { planLog } from '../../src/report/plan-log.ts';

const rollout: RolloutOutlook = {
  manner: 'ECS: LINEAR in steps of 5 %',
  isMoverKnown: true,
  steps: [
    { share: 0, holdMs: 0, beginsMs: 0, asks: false },
    { share: 5, holdMs: 300_000, beginsMs: 0, asks: true },
    { share: 100, holdMs: 300_000, beginsMs: 300_000, asks: false },
  ],
  bakeMs: 600_000,
  leastMs: 1_200_000,
  candidateUrl: 'http://test.example.com',
  before: ['the image is built and pushed'],
  stops: ['targets: a target of the new version is not healthy'],
  asks: ['at 5 %: go on'],
  underway: ['nothing is under way now'],
};

const report = (more: Partial<PlanReport> = {}): PlanReport => ({
  cluster: 'demo',
  service: 'web',
  environment: undefined,
  verdict: 'could-work',
  reason: '1 field would change',
  faults: [],
  passing: [],
  unseen: undefined,
  image: { reference: 'example.com/web:2', made: undefined },
  definition: {
    source: { kind: 'file', name: 'ecs/web.json' },
    serving: 'web:1',
    registered: undefined,
    changes: [{ kind: 'changed', keys: ['cpu'], path: 'cpu', from: '256', to: '512' }],
  },
  rollout,
  ...more,
});

const github = {
  owner: 'octo',
  repository: 'shop',
  sha: 'b'.repeat(40),
  runUrl: 'https://github.com/octo/shop/actions/runs/1',
  event: { kind: 'pull-request', number: 7, isFork: false },
} as const;
const nowhere = { fault: () => undefined, change: () => undefined };

describe('a plan as Markdown', () => {
  test('begins with whether it could work, and has the ladder with its times', () => {
    const text = planMarkdown(report());
    expect(text.split('\n')[0]).toBe('### ✅ A deployment could work: `web` in `demo`');
    expect(text).toContain('```diff\n- cpu = 256\n+ cpu = 512\n```');
    expect(text).toContain('| `░░░░░░░░░░` 0\u00a0%, before the shift | at once | until every gate has passed |');
    expect(text).toContain('| `█░░░░░░░░░` 5\u00a0% | at once | 5m, then until a person says go on |');
    expect(text).toContain('| `██████████` 100\u00a0% | after 5m | 5m |');
    expect(text).toContain('| `██████████` 100\u00a0%, the old version is kept (bake) | after 10m | 10m |');
    expect(text).toContain(
      '- **How long**: at least **20m** after the tasks have started, and as long as a person takes',
    );
  });

  test('stays within what GitHub takes, however much changes, and says how much is left out', () => {
    const changes = Array.from({ length: 2_000 }, (_, index) => ({
      kind: 'added' as const,
      keys: ['dockerLabels', String(index)],
      path: `dockerLabels.${index}`,
      from: undefined,
      to: '…'.repeat(300),
    }));
    const faults = Array.from({ length: 500 }, (_, index) => ({
      subject: 'gates',
      problem: `no ${index} ${'ß'.repeat(300)}`,
      fix: 'x',
    }));
    const long = report({
      faults,
      definition: { source: { kind: 'file', name: 'a' }, serving: 'web:1', registered: undefined, changes },
    });
    const text = planMarkdown(long);
    expect(Buffer.byteLength(text)).toBeLessThan(65_535 - 500);
    expect(text).toMatch(/# … and \d+ more lines, in the log\n```\n/);
    expect(text).toMatch(/- … and \d+ more, in the log/);
    expect(text).toMatch(/things are now\.<\/sub>\n$/);
    const check = planCheck(
      long,
      { fault: () => ({ path: 'a', line: 1 }), change: () => ({ path: 'a', line: 1 }) },
      github,
    );
    expect(Buffer.byteLength(check.text ?? '')).toBeLessThan(65_535);
    expect(check.annotations).toHaveLength(50);
    expect(check.annotations[0]?.level).toBe('failure');
    expect(planLog(long).flatMap(({ lines }) => lines)).toEqual(
      expect.arrayContaining([expect.stringContaining('dockerLabels.1999')]),
    );
  });

  test('lets nothing that a stranger wrote into his commit be more than text', () => {
    const evil =
      '```\n</details><img src=x onerror=1> @octocat octo/shop#7 GH-7 [a](http://evil.example) www.evil.example <!-- greenlight-plan:demo/api -->';
    const text = planMarkdown(
      report({
        reason: evil,
        image: { reference: evil, made: evil },
        unseen: evil,
        faults: [{ subject: 'task-definition', problem: evil, fix: evil }],
        definition: {
          source: { kind: 'file', name: evil },
          serving: evil,
          registered: evil,
          changes: [{ kind: 'changed', keys: ['x'], path: evil, from: evil, to: evil }],
        },
        rollout: {
          ...rollout,
          manner: evil,
          candidateUrl: evil,
          stops: [evil],
          asks: [evil],
          underway: [evil],
          before: [evil],
        },
      }),
    );
    const [fence = ''] = /^`{3,}(?=diff$)/m.exec(text) ?? [];
    const outside = text
      .replace(new RegExp(`^${fence}diff[\\s\\S]*?^${fence}$`, 'm'), '')
      .replace(/(?<![\\`])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
    expect(fence.length).toBeGreaterThan(3);
    expect(outside).not.toMatch(/(?<!\\)<(?:img|!--|\/details><img)/);
    expect(outside).not.toMatch(/@octocat|#7|GH-7|:\/\/evil|www\.evil/);
    expect(outside).not.toMatch(/(?<!\\)\]\(http/);
    expect(text.split('\n')[0]).not.toContain('<!--');
  });

  test('keeps a name of several lines to one line of the difference, and a huge one to a part of it', () => {
    const names = ['a\n- b = c', 'a\r\n```\n# x', '\u2028x', 'x'.repeat(70_000)];
    const changes = names.map((name) => ({
      kind: 'added' as const,
      keys: ['containerDefinitions', 'web', 'dockerLabels', name],
      path: `containerDefinitions[web].dockerLabels.${name}`,
      from: undefined,
      to: 'v\u0085v\u2029v',
    }));
    const text = planMarkdown(report({ definition: { ...report().definition, changes } as PlanReport['definition'] }));
    const [, inside = ''] = /^(`{3,})diff\n([\s\S]*?)\n\1$/m.exec(text)?.slice(1) ?? [];
    expect(inside.split(/[\n\r\u0085\u2028\u2029]/)).toHaveLength(1 + names.length);
    expect(inside).toMatch(/^@@ containerDefinitions\[web\] @@\n\+ dockerLabels\.a - b = c = v\ufffdv v$/m);
  });

  test('has what is of the task as a whole before what is of a container', () => {
    const changes = ['containerDefinitions[web].image', 'cpu'].map((path) => ({
      kind: 'changed' as const,
      keys: path === 'cpu' ? ['cpu'] : ['containerDefinitions', 'web', 'image'],
      path,
      from: '1',
      to: '2',
    }));
    const text = planMarkdown(report({ definition: { ...report().definition, changes } as PlanReport['definition'] }));
    expect(text).toContain(
      '```diff\n- cpu = 1\n+ cpu = 2\n@@ containerDefinitions[web] @@\n- image = 1\n+ image = 2\n```',
    );
  });

  test('stays within what GitHub takes whatever is long in it', () => {
    const long = '한@#`|<&\\'.repeat(2_000);
    const many = Array.from({ length: 500 }, () => long);
    const faults = many.map((text) => ({ subject: text, problem: text, fix: text }));
    const text = planMarkdown(
      report({
        cluster: long,
        service: long,
        environment: long,
        reason: long,
        unseen: long,
        faults,
        passing: faults,
        image: { reference: long, made: long },
        definition: { source: { kind: 'file', name: long }, serving: long, registered: long, changes: [] },
        rollout: {
          ...rollout,
          manner: long,
          candidateUrl: long,
          steps: many.map((_, index) => ({ share: index / 5, holdMs: 1, beginsMs: index, asks: true })),
          before: many,
          stops: many,
          asks: many,
          underway: many,
        },
      }),
    );
    expect(Buffer.byteLength(text)).toBeLessThan(65_535);
    expect(text).toMatch(/<\/details>\n\n<sub>A plan changes nothing\..*<\/sub>\n$/);
  });

  test('is found again by a marker that no name can break out of', () => {
    const marker = (cluster: string, service: string, environment?: string) =>
      planMarker({ cluster, service, environment });
    expect(marker('demo', 'web')).toBe('<!-- greenlight-plan:demo/web -->');
    expect(marker('demo', 'web', 'staging')).toBe('<!-- greenlight-plan:demo/web@staging -->');
    expect(marker('a', '--> <b>\n', '-->')).toMatch(/^<!-- [\w./:@-]+ -->$/);
    expect(marker('a', 'a--b')).not.toBe(marker('a', 'a-b'));
  });
});

describe('the check run', () => {
  test.each([
    ['could-work', undefined, 'success'],
    ['could-work', 'the service', 'neutral'],
    ['unchanged', undefined, 'success'],
    ['could-not-work', undefined, 'failure'],
    ['could-not-work', 'the service', 'failure'],
    ['could-not-look', 'the service', 'neutral'],
    ['refused', 'the service', 'failure'],
  ] as const)('of a plan that says %s, not having looked at %s, is %s', (verdict, unseen, conclusion) => {
    expect(planCheck(report({ verdict, unseen }), nowhere, github).conclusion).toBe(conclusion);
  });

  test('has an annotation where the place is known, and none elsewhere', () => {
    const faults = [
      { subject: 'hold', problem: '5 has no unit', fix: 'write 5s' },
      { subject: 'service web', problem: 'is gone', fix: 'x' },
    ];
    const places = {
      ...nowhere,
      fault: ({ subject }: { subject: string }) => (subject === 'hold' ? { path: 'w.yml', line: 3 } : undefined),
    };
    expect(planCheck(report({ faults }), places, github).annotations).toEqual([
      { path: 'w.yml', line: 3, level: 'failure', title: 'hold', message: '5 has no unit; write 5s' },
    ]);
  });
});
