/**
 * `command: plan` through the bundle, on a pull request: an AWS that may be read and a GitHub that holds every call against its own
 * description. GREENLIGHT_PLANS=DIR keeps what people read there: docs/images/plan.png is of that.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { pullRequest } from '../../sandbox/github/events.ts';
import { ACTIONS, type FakeGitHub, startGitHub } from '../../sandbox/github/index.ts';
import type { ActionResult } from '../../sandbox/runner/run-action.ts';
import { expectEnd } from './support/job.ts';
import { NODES } from './support/nodes.ts';
import { type JobCalls, openWorld, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

const keepIn = process.env['GREENLIGHT_PLANS'];

/** Pull requests, one a story. */
const [CHANGES, WRONG, INPUTS, UNCHANGED, SILENT, NODE] = [1, 2, 3, 4, 5, 6];
const FORK = 9;
const headOf = (number: number) => String(number).repeat(40);
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is the very text that users write.
const GATES = '- targets\n- metrics\n- http: { url: "${CANDIDATE_URL}/healthz", times: 3 }';
const FILE = 'ecs/task-definition.json';
const WORKFLOW = '.github/workflows/plan.yml';
const BAD_FILE = 'ecs/bad.yaml';
const BAD = `family: web
requiresCompatibilities: [FARGATE]
networkMode: host
containerDefinitions:
  - name: web
    image: web
    secrets:
      - { name: KEY, valueFrom: "s3cr3t!" }
`;

let world: World;
let github: FakeGitHub;
let calls: JobCalls;
/** The pull request's commit, as actions/checkout leaves it. */
let workspace: string;
beforeAll(async () => {
  github = await startGitHub({
    pullRequests: [
      ...[CHANGES, WRONG, INPUTS, UNCHANGED, SILENT, NODE].map((number) => ({ number, headSha: headOf(number) })),
      { number: FORK, headSha: headOf(FORK), fork: 'stranger' },
    ],
  });
  github.tokens.set('ghs_reads', {
    kind: 'installation',
    app: ACTIONS,
    permissions: { checks: 'read', pull_requests: 'read' },
  });
  world = await openWorld({ seed: { environment: { LOG_LEVEL: 'info', OLD: 'only-aws-has-this' }, bakeMinutes: 10 } });
  calls = world.recordCalls();
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'greenlight-plan-')));
  await mkdir(join(workspace, 'ecs'));
  await mkdir(join(workspace, '.github/workflows'), { recursive: true });
  await writeFile(join(workspace, FILE), await taskDefinition());
  await writeFile(join(workspace, BAD_FILE), BAD);
  await cp('examples/workflows/plan.yml', join(workspace, WORKFLOW));
  execFileSync('git', ['init', '--quiet', workspace]);
  execFileSync('git', ['-C', workspace, '-c', 'core.autocrlf=false', 'add', '.']);
});
afterAll(async () => {
  await world?.close();
  await github?.close();
  if (workspace !== undefined) await rm(workspace, { recursive: true, force: true });
});
afterEach(() => {
  expect([github.violations, world.sandbox.violations]).toEqual([[], []]);
  // Nothing was changed, and nothing was asked that a role that only reads may not.
  expect(calls.changes()).toEqual([]);
  expect(calls.all.filter(({ operation }) => /Authorization|PassRole|Log/.test(operation))).toEqual([]);
});

/** What the service runs, with a change or two. */
async function taskDefinition(): Promise<string> {
  const { taskDefinition: named } = await world.service();
  const { taskDefinition: serving } = await world.ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: named }),
  );
  const { family, networkMode, requiresCompatibilities, executionRoleArn, runtimePlatform } = serving ?? {};
  const containerDefinitions = serving?.containerDefinitions?.map((container) => ({
    ...container,
    image: 'put in by the action',
    environment: [
      ...(container.environment ?? []).filter(({ name }) => name === 'PORT'),
      { name: 'LOG_LEVEL', value: 'debug' },
    ],
    secrets: [{ name: 'DATABASE_URL', valueFrom: '/shop/database-url' }],
  }));
  const task = { family, networkMode, requiresCompatibilities, executionRoleArn, runtimePlatform };
  return `${JSON.stringify({ ...task, cpu: '512', memory: '1024', containerDefinitions }, null, 2)}\n`;
}

interface Told {
  readonly token?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
}

function plan(
  number: number,
  inputs: Readonly<Record<string, string>>,
  { token = github.token, env = {}, node }: Told = {},
) {
  const fork = number === FORK ? { fork: 'stranger' } : {};
  const event = pullRequest(github.world, { number, headSha: headOf(number), ...fork });
  return world.deploy(
    {
      command: 'plan',
      strategy: 'linear',
      steps: '25, 50, 100',
      bake: '10m',
      hold: '5m',
      'hold-limit': '1h',
      'task-definition': FILE,
      gates: GATES,
      'github-token': token,
      ...inputs,
    },
    {
      cwd: workspace,
      github: { apiUrl: github.url, event },
      env: { GITHUB_WORKFLOW_REF: `example/shop/${WORKFLOW}@refs/pull/${number}/merge`, ...env },
      ...(node === undefined ? {} : { node }),
    },
  );
}

/** A digest as people read it. */
const short = (image: string) => `${image.slice(0, image.indexOf('@sha256:') + 20)}…`;
const comments = (number: number) => [...github.world.comments.values()].filter(({ issue }) => issue === number);
const checks = (number: number) =>
  [...github.world.checkRuns.values()].filter(({ headSha }) => headSha === headOf(number));

async function keep(name: string, number: number, result: ActionResult): Promise<void> {
  if (keepIn === undefined) return;
  await mkdir(keepIn, { recursive: true });
  const files = {
    'summary.md': result.summary,
    'comment.md': comments(number)[0]?.body ?? '',
    'check.json': JSON.stringify(checks(number).at(-1) ?? null, null, 2),
    'log.txt': result.lines.join('\n'),
  };
  for (const [kind, text] of Object.entries(files)) await writeFile(join(keepIn, `${name}.${kind}`), text);
}

describe('a plan on a pull request', () => {
  test('says what would change, and says it anew in the same comment when it would be something else', async () => {
    const { image } = await world.push();
    const first = await plan(CHANGES, { image });
    expectEnd(first, 0, 'planned');
    await keep('changes', CHANGES, first);
    expect([first.errors, first.warnings]).toEqual([[], []]);
    const [comment, ...others] = comments(CHANGES);
    expect(others).toEqual([]);
    expect(comment?.body).toBe(`<!-- greenlight-plan:demo/web -->\n${first.summary.trimEnd()}\n`);
    expect(comment?.body).toContain(`+ image = ${short(image)}`);
    expect(comment?.body).toContain('+ environment.LOG_LEVEL = debug');
    expect(`${comment?.body}${first.lines.join()}`).not.toContain('only-aws-has-this');
    expect(first.lines).toContain(`+ containerDefinitions[web].image = ${image}`);
    const [check] = checks(CHANGES);
    expect(check).toMatchObject({ name: 'Greenlight plan: demo/web', status: 'completed', conclusion: 'success' });
    const text = (await readFile(join(workspace, FILE), 'utf8')).split('\n');
    const lineOf = (words: string) => text.findIndex((line) => line.includes(words)) + 1;
    expect(check?.annotations).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: FILE, start_line: lineOf('"cpu"'), title: 'cpu', message: '256 → 512' }),
        expect.objectContaining({
          path: FILE,
          start_line: lineOf('put in by the action'),
          title: 'containerDefinitions[web].image',
        }),
        expect.objectContaining({
          path: FILE,
          start_line: lineOf('"debug"'),
          message: '(another value, not shown) → debug',
        }),
      ]),
    );

    const next = (await world.push()).image;
    expectEnd(await plan(CHANGES, { image: next }), 0, 'planned');
    expect(comments(CHANGES).map(({ id }) => id)).toEqual([comment?.id]);
    expect(comments(CHANGES)[0]?.body).toContain(`+ image = ${short(next)}`);
    expect(comments(CHANGES)[0]?.body).not.toContain(short(image));
    // GitHub shows the newest of a name on a commit, in its list and where a check is required.
    const url = `${github.url}/repos/example/shop/commits/${headOf(CHANGES)}/check-runs`;
    const listed = (await (await fetch(url, { headers: { authorization: `token ${github.token}` } })).json()) as {
      check_runs: { id: number }[];
    };
    expect(checks(CHANGES).length).toBe(2);
    expect(listed.check_runs.map(({ id }) => id)).toEqual([checks(CHANGES)[1]?.id]);
  });

  test('fails with everything that is wrong at once, each where it stands', async () => {
    const result = await plan(WRONG, {
      container: 'api',
      gates: '- alarms: [shop-5xx]\n- traffic',
      migrate: 'true',
      image: `${world.seeded.repositoryUri}:none`,
    });
    expectEnd(result, 1, 'failed');
    await keep('wrong', WRONG, result);
    expect(result.errors.length).toBeGreaterThan(2);
    const body = comments(WRONG)[0]?.body ?? '';
    expect(body).toContain('### ❌ A deployment could not work');
    for (const words of ['no container "api"', 'there is no CloudWatch alarm shop\\-5xx', ':none does not exist']) {
      expect(body.replaceAll('\\', '')).toContain(words.replaceAll('\\', ''));
    }
    const check = checks(WRONG).at(-1);
    expect(check).toMatchObject({ conclusion: 'failure' });
    const yaml = (await readFile(join(workspace, WORKFLOW), 'utf8')).split('\n');
    const failures = check?.annotations.filter(({ annotation_level: level }) => level === 'failure') ?? [];
    expect(failures.map(({ path }) => path)).toEqual(result.errors.map(() => WORKFLOW));
    expect(failures.map(({ title, start_line: line }) => [title, yaml[line - 1]?.trim()])).toEqual(
      expect.arrayContaining([
        ['container', 'with:'],
        ['gates', 'gates: |'],
      ]),
    );
  });

  test('of inputs that no deployment could begin with is told where the plan would be', async () => {
    const result = await plan(INPUTS, { hold: '5', step: '10' });
    expectEnd(result, 1, 'failed');
    await keep('inputs', INPUTS, result);
    expect(result.errors.length).toBe(2);
    expect(comments(INPUTS)[0]?.body).toContain('**hold**: 5 has no unit');
  });

  test('says that nothing would change when the service runs that already', async () => {
    const result = await plan(UNCHANGED, { 'task-definition': '', image: world.seeded.image });
    expectEnd(result, 0, 'unchanged');
    await keep('unchanged', UNCHANGED, result);
    expect(comments(UNCHANGED)[0]?.body).toContain('### ✅ Nothing would change');
    expect(checks(UNCHANGED).at(-1)).toMatchObject({ conclusion: 'success' });
  });

  test('ends as it would when GitHub answers 500 to everything', async () => {
    const { image } = await world.push();
    const before = [checks(SILENT).length, comments(SILENT)[0]?.body];
    const withdraw = github.faults.add({ kind: 'server-error', status: 500 });
    try {
      const result = await plan(SILENT, { image });
      expectEnd(result, 0, 'planned');
      expect(result.errors).toEqual([]);
      expect(result.warnings.length).toBe(2);
      for (const warning of result.warnings) expect(warning).toMatch(/^could not write the .*500/);
      expect(result.summary).toContain(short(image));
    } finally {
      withdraw();
    }
    expect([checks(SILENT).length, comments(SILENT)[0]?.body]).toEqual(before);
  });

  test('says the same under every Node', async () => {
    const { image } = await world.push();
    const summaries = new Set<string>();
    for (const [, node] of NODES) {
      const result = await plan(NODE, { image }, { node });
      expectEnd(result, 0, 'planned');
      summaries.add(result.summary);
    }
    expect(summaries.size).toBe(1);
  });
});

describe('a plan on a pull request from a fork, without credentials and with a token that only reads,', () => {
  const stranger = {
    token: 'ghs_reads',
    env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' },
  };

  test('says what can be said, what was not looked at and why, and one warning for each page', async () => {
    const before = calls.all.length;
    const result = await plan(FORK, { image: 'example.com/web:2' }, stranger);
    expectEnd(result, 0, 'planned');
    await keep('fork', FORK, result);
    expect(result.errors).toEqual([]);
    expect([...result.warnings].sort()).toEqual([
      expect.stringMatching(
        /^could not write the check run: .*403.*; a pull request from a fork has a token that only reads$/,
      ),
      expect.stringMatching(
        /^could not write the comment .*403.*; a pull request from a fork has a token that only reads$/,
      ),
      'not looked at: the service, what serves now, the image and the load balancer (a pull request from a fork gets no AWS credentials)',
    ]);
    expect(result.summary).toContain('Not looked at: the service, what serves now');
    expect(result.summary).toContain('25\u00a0%');
    expect(calls.all.length).toBe(before);
    expect([checks(FORK), comments(FORK)]).toEqual([[], []]);
  });

  test('fails when the files and inputs alone tell that it could not work', async () => {
    const result = await plan(FORK, { 'task-definition': BAD_FILE }, stranger);
    expectEnd(result, 1, 'failed');
    await keep('fork-wrong', FORK, result);
    // GitHub shows the log's annotations on the lines as well, and they need no permission.
    const lineOf = (words: string) => BAD.split('\n').findIndex((line) => line.includes(words)) + 1;
    const places = result.lines.flatMap((line) => {
      const [, path, at] = /^::error (?=.*\bfile=([^,:]+))(?=.*\bline=(\d+))/.exec(line) ?? [];
      return path === undefined ? [] : [`${path}:${at}`];
    });
    expect(places).toHaveLength(result.errors.length);
    for (const words of ['networkMode', 's3cr3t']) expect(places).toContain(`${BAD_FILE}:${lineOf(words)}`);
    expect(`${result.summary}${result.lines.join()}`).not.toContain('s3cr3t');
  });
});
