import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { allBreaches, breachesIn } from '../.ci/walls.ts';

describe('the walls between the folders', () => {
  test('stand in the real tree', () => {
    expect(allBreaches()).toEqual([]);
  });

  test.each([
    ['core imports only core', 'src/core/plan.ts', '../ports.ts'],
    ['core knows no Node', 'src/core/plan.ts', 'node:fs'],
    ['core knows no Node, sub-modules included', 'src/core/plan.ts', 'node:timers/promises'],
    ['core knows no Node without its prefix either', 'src/core/plan.ts', 'fs'],
    ['core knows no library', 'src/core/plan.ts', 'yaml'],
    ['core knows no SDK', 'src/core/plan.ts', '@aws-sdk/client-ecs'],
    ['ports speak in the words of core', 'src/ports.ts', './adapters/clock.ts'],
    ['ports name no SDK type', 'src/ports.ts', '@aws-sdk/client-ecs'],
    ['engines see no adapter', 'src/engines/native.ts', '../adapters/aws/ecs.ts'],
    ['engines speak no AWS', 'src/engines/native.ts', '@aws-sdk/client-ecs'],
    ['engines do not know the loop', 'src/engines/native.ts', '../rollout/loop.ts'],
    ['the rollout knows no certain engine', 'src/rollout/loop.ts', '../engines/native/engine.ts'],
    ['reports do not know the loop', 'src/report/summary.ts', '../rollout/loop.ts'],
    ['the rollout sees no adapter', 'src/rollout/loop.ts', '../adapters/clock.ts'],
    ['the rollout speaks no AWS', 'src/rollout/loop.ts', '@aws-sdk/client-ecs'],
    ['reports see no adapter', 'src/report/summary.ts', '../adapters/github.ts'],
    ['reports speak no AWS', 'src/report/summary.ts', '@aws-sdk/client-ecs'],
    ['main sees no adapter', 'src/main.ts', './adapters/clock.ts'],
    ['main speaks no AWS', 'src/main.ts', '@aws-sdk/client-ecs'],
    ['a new file of the story sees no adapter', 'src/preflight/all.ts', '../adapters/clock.ts'],
    ['a new file of the story speaks no AWS', 'src/preflight/all.ts', '@aws-sdk/client-ecs'],
    ['entries speak no AWS', 'src/index.ts', '@aws-sdk/client-ecs'],
    ['adapters do not know the loop', 'src/adapters/clock.ts', '../rollout/loop.ts'],
    ['adapters do not know engines', 'src/adapters/aws/ecs.ts', '../../engines/native.ts'],
    ['adapters do not know reports', 'src/adapters/github.ts', '../report/summary.ts'],
    ['adapters do not know main', 'src/adapters/aws/ecs.ts', '../../main.ts'],
    ['only adapters/aws speaks AWS', 'src/adapters/docker.ts', '@aws-sdk/client-ecr'],
    ['the action never imports a development dependency', 'src/adapters/aws/ecs.ts', '@smithy/core/schema'],
    ['the action never imports the sandbox', 'src/index.ts', '../sandbox/contracts.ts'],
    [
      'the action never imports the sandbox, from deep inside',
      'src/adapters/aws/ecs.ts',
      '../../../sandbox/contracts.ts',
    ],
    ['the action never imports a bench', 'src/main.ts', '../bench/main.ts'],
    ['the action never imports a test', 'src/rollout/loop.ts', '../../__tests__/fakes/clock.ts'],
    ['the sandbox never imports the action', 'sandbox/ecs/service.ts', '../../src/core/plan.ts'],
    ['what composes the sandbox never imports the action either', 'sandbox/demo/main.ts', '../../src/main.ts'],
    ['the sandbox never imports a test', 'sandbox/cli.ts', '../__tests__/fakes/clock.ts'],
    ['ecs knows no elb', 'sandbox/ecs/service.ts', '../elb/state.ts'],
    ['elb knows no ecs', 'sandbox/elb/state.ts', '../ecs/service.ts'],
    ['ecr knows no tasks', 'sandbox/ecr/registry.ts', '../tasks/runtime.ts'],
    ['tasks know no ecr', 'sandbox/tasks/docker/pull.ts', '../../ecr/registry.ts'],
    ['logs know no ecs', 'sandbox/logs/service.ts', '../ecs/service.ts'],
    ['cloudwatch knows no elb', 'sandbox/cloudwatch/service.ts', '../elb/metrics.ts'],
    ['a part that nobody has named yet knows no other', 'sandbox/sqs/service.ts', '../ecs/service.ts'],
    ['a part does not reach for what composes it', 'sandbox/ecs/service.ts', '../sandbox.ts'],
    ['an engine does not know another', 'src/engines/native/engine.ts', '../taskset/look.ts'],
    ['the wire knows no service', 'sandbox/wire/server.ts', '../ecs/service.ts'],
  ])('%s', (_rule, file, imported) => {
    expect(breachesIn(file, `import '${imported}';`)).toEqual([
      { file, line: 1, what: `imports ${imported}`, because: expect.any(String) },
    ]);
  });

  test.each([
    ['core, core', 'src/core/plan.ts', './gate.ts'],
    ['engines, ports', 'src/engines/native.ts', '../ports.ts'],
    ['main, the rollout', 'src/main.ts', './rollout/loop.ts'],
    ['inputs, yaml', 'src/inputs.ts', 'yaml'],
    ['the AWS adapters, the SDK and what is inside it', 'src/adapters/aws/ecs.ts', '@aws-sdk/client-ecs/dist-es/x.js'],
    ['adapters, Node', 'src/adapters/clock.ts', 'node:timers/promises'],
    ['entries, adapters', 'src/index.ts', './adapters/aws/ecs.ts'],
    ["the sandbox's parts, the contracts", 'sandbox/ecs/service.ts', '../contracts.ts'],
    ["the sandbox's parts, the wire", 'sandbox/ecs/service.ts', '../wire/service.ts'],
    ['what composes the sandbox, its parts', 'sandbox/sandbox.ts', './ecs/service.ts'],
    ['tests, everything', '__tests__/core/plan.test.ts', '../../src/core/plan.ts'],
  ])('let through: %s', (_rule, file, imported) => {
    expect(breachesIn(file, `import '${imported}';`)).toEqual([]);
  });

  test.each([
    ['a type-only import', "import type { A } from '../adapters/a.ts';"],
    ['a re-export', "export { a } from '../adapters/a.ts';"],
    ['a re-export of everything', "export * from '../adapters/a.ts';"],
    ['a type-only re-export', "export type { A } from '../adapters/a.ts';"],
    ['an import made at run time', "const load = () => import('../adapters/a.ts');"],
    ['an import made at run time from a template', 'const load = () => import(`../adapters/a.ts`);'],
    ['an import inside a type', "let a: import('../adapters/a.ts').A;"],
    ['the type of an import', "let a: typeof import('../adapters/a.ts');"],
    ['require', "const a = require('../adapters/a.ts');"],
    ['import with an equals sign', "import a = require('../adapters/a.ts');"],
  ])('see %s', (_kind, statement) => {
    const found = breachesIn('src/rollout/loop.ts', `// é\n\n${statement}`);
    expect(found).toEqual([expect.objectContaining({ line: 3, what: 'imports ../adapters/a.ts' })]);
  });

  test('stop an import whose name only the run can tell', () => {
    expect(breachesIn('src/main.ts', 'export const load = (name: string) => import(name);')).toHaveLength(1);
  });

  test('let a comment and a string that look like an import pass', () => {
    expect(
      breachesIn('src/main.ts', `// import '../sandbox/x.ts'\nexport const a = "import '../sandbox/x.ts'";`),
    ).toEqual([]);
  });
});

describe('core is a function of its arguments', () => {
  test.each([
    ['an async function', 'export async function f() {}'],
    ['an async arrow', 'export const f = async () => 1;'],
    ['an async method', 'export const o = { async f() {} };'],
    ['an async method of a class', 'export class K { async f() {} }'],
    ['await', 'export const a = await 1;'],
    ['chance', 'export const a = Math.random();'],
  ])('%s is stopped', (_kind, source) => {
    expect(breachesIn('src/core/plan.ts', source)).not.toEqual([]);
    expect(breachesIn('src/main.ts', source)).toEqual([]);
  });
});

describe('the linter', () => {
  test.each([
    ['the environment', 'export const a = process.env.HOME;'],
    ['the clock', 'export const a = Date.now();'],
    ['a date', 'export const a = new Date();'],
    ['a timer', 'setTimeout(() => {}, 1);'],
    ['the stopwatch', 'export const a = performance.now();'],
    ['a promise', 'export const a: Promise<void> | undefined = undefined;'],
    ['the network', "export const a = () => fetch('http://127.0.0.1');"],
    ['the terminal', "console.log('a');"],
    ['chance', 'export const a = crypto.randomUUID();'],
    ['the side door', 'export const a = globalThis.process;'],
  ])('keeps core from %s', (_kind, source) => {
    expect(lint({ 'src/core/sample.ts': source })).toContain('src/core/sample.ts lint/style/noRestrictedGlobals');
  });

  test('lets core have names of its own that happen to be those of globals', () => {
    expect(lint({ 'src/core/sample.ts': 'export const f = (process: number): number => process + 1;' })).toEqual([]);
  });

  test('stops a promise that nobody waits for, also one that a port of another file gave', () => {
    const found = lint({
      'src/ports.ts': 'export interface Clock { sleep(ms: number): Promise<void> }',
      'src/rollout/sample.ts':
        "import type { Clock } from '../ports.ts';\nexport function waits(clock: Clock): void {\n  clock.sleep(5);\n}",
    });
    expect(found).toEqual(['src/rollout/sample.ts lint/nursery/noFloatingPromises']);
  });

  test('stops an async function where nobody would see it fail', () => {
    const source = 'export function f(): void {\n  [1].forEach(async (x) => {\n    await x;\n  });\n}';
    expect(lint({ 'src/rollout/sample.ts': source })).toContain('src/rollout/sample.ts lint/nursery/noMisusedPromises');
  });

  test('stops printing past the log port', () => {
    expect(lint({ 'src/main.ts': "console.log('a');" })).toEqual(['src/main.ts lint/suspicious/noConsole']);
  });

  test('stops any', () => {
    expect(lint({ 'src/main.ts': 'export const a: any = 1;' })).toEqual(['src/main.ts lint/suspicious/noExplicitAny']);
  });
});

/** Lints these files under the repository's own settings, in a folder of their own; gives "file rule" of each finding. */
function lint(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'greenlight-lint-'));
  try {
    for (const settings of ['biome.json', '.gitignore']) cpSync(settings, join(root, settings));
    for (const [file, source] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), source);
    }
    const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
    const run = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', 'src'], { cwd: root, encoding: 'utf8' });
    const report = JSON.parse(run.stdout) as {
      summary: { unchanged: number };
      diagnostics: { category: string; location: { path: string } }[];
    };
    if (report.summary.unchanged !== Object.keys(files).length)
      throw new Error(`not all files were linted: ${run.stderr}`);
    return report.diagnostics.map(({ category, location }) => `${location.path} ${category}`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
