/** What a plan finds, where it says it, and that it changes nothing. */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CallError, GitHubError } from '../src/core/errors.ts';
import type { CheckRun, GitHubContext } from '../src/core/github.ts';
import { main } from '../src/main.ts';
import type { GitHub, Ports } from '../src/ports.ts';
import { arnOf } from './fakes/ecs.ts';
import { deploy, type Inputs, jobOf, LADDERS, nextVersion } from './fakes/jobs.ts';
import { createFakeWorld, type FakeWorld, rememberingLog } from './fakes/ports.ts';

jest.setTimeout(60_000);

const FILE = '__tests__/fakes/task-definition.json';
/** Where it stands in the repository that the tests make. */
const PATH = 'ecs/task-definition.json';

let workspace: string;
let file: string;
beforeAll(async () => {
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'greenlight-plan-')));
  file = join(workspace, PATH);
  await mkdir(join(workspace, 'ecs'));
  await cp(FILE, file);
  execFileSync('git', ['init', '--quiet', workspace]);
  execFileSync('git', ['-C', workspace, '-c', 'core.autocrlf=false', 'add', '.']);
});
afterAll(() => rm(workspace, { recursive: true, force: true }));

const ENGINES = ['native', 'taskset', 'codedeploy'] as const;

/** Everything that a plan may call: nothing in it changes anything but what people read. */
const READING: Readonly<Partial<Record<keyof Ports, readonly string[]>>> = {
  services: ['names', 'describe'],
  deployments: ['list', 'describe', 'revision'],
  taskDefinitions: ['describe'],
  loadBalancers: ['rules', 'targetGroups', 'targets', 'address'],
  taskSets: ['list', 'describe'],
  trafficRules: ['describe', 'around'],
  codeDeploy: ['group', 'configuration', 'list', 'deployment', 'target', 'appSpec'],
  alarms: ['states'],
  images: ['repository', 'manifest', 'config'],
};
const OWN: readonly string[] = ['clock', 'log', 'runner', 'github'];

/** The ports, those that change something, ask a stranger's address or run his command being mines. */
function readOnly(ports: Ports): Ports {
  const guarded = Object.entries(ports).map(([name, port]): [string, unknown] => {
    if (port === undefined || OWN.includes(name)) return [name, port];
    const allowed = READING[name as keyof Ports] ?? [];
    return [
      name,
      new Proxy(port as object, {
        get(target, method) {
          if (!allowed.includes(String(method))) throw new Error(`a plan called ${name}.${String(method)}`);
          return Reflect.get(target, method) as unknown;
        },
      }),
    ];
  });
  return Object.fromEntries(guarded) as unknown as Ports;
}

interface FakeGitHub extends GitHub {
  readonly checks: CheckRun[];
  readonly comments: { readonly pullRequest: number; readonly marker: string; readonly body: string }[];
}

function fakeGitHub(error?: GitHubError): FakeGitHub {
  const checks: CheckRun[] = [];
  const comments: { pullRequest: number; marker: string; body: string }[] = [];
  const no = async () => {
    throw new Error('a plan tells of no deployment');
  };
  return {
    checks,
    comments,
    async createCheckRun(check) {
      if (error !== undefined) throw error;
      return checks.push(check);
    },
    async comment(pullRequest, marker, body) {
      if (error !== undefined) throw error;
      comments.push({ pullRequest, marker, body });
    },
    updateCheckRun: no,
    createDeployment: no,
    deploymentOf: no,
    setDeploymentStatus: no,
    retireEarlier: no,
    pullRequestsOf: no,
  };
}

const context = (isFork = false): GitHubContext => ({
  owner: 'octo',
  repository: 'shop',
  sha: 'b'.repeat(40),
  runUrl: 'https://github.com/octo/shop/actions/runs/1',
  event: { kind: 'pull-request', number: 7, isFork },
});

interface Around {
  readonly github?: GitHub;
  readonly context?: GitHubContext;
  readonly ports?: Partial<Ports>;
}

async function plan(world: FakeWorld, inputs: Inputs, around: Around = {}) {
  const lines: string[] = [];
  const told: { outputs: Readonly<Record<string, string>>; summary: string }[] = [];
  const ports = readOnly({
    ...world.ports,
    ...around.ports,
    github: around.github,
    log: rememberingLog(lines),
    runner: {
      report: async (outputs, summary) => void told.push({ outputs, summary }),
      file: async () => undefined,
      save: async () => {},
    },
  });
  const registered = world.registered.length;
  const result = await main(
    {
      ...jobOf({ command: 'plan', ...inputs }, new AbortController().signal),
      github: around.context,
      workspace,
      workflowRef: 'octo/shop/.github/workflows/none.yml@refs/pull/7/merge',
    },
    ports,
  );
  const [{ outputs, summary } = { outputs: {}, summary: '' }] = told;
  expect(world.registered).toHaveLength(registered);
  const ofKind = (kind: string) => lines.filter((line) => line.startsWith(kind));
  return {
    status: result.outcome.status,
    reason: result.outcome.reason,
    exitCode: result.exitCode,
    outputs,
    summary,
    lines,
    errors: ofKind('error: '),
    warnings: ofKind('warning: '),
  };
}

const noCredentials = new CallError(
  'credentials',
  'CredentialsProviderError',
  'describe service web: Could not load credentials from any providers',
);

describe.each(ENGINES)('a plan over the engine %s', (engine) => {
  test('tells what would change and how the traffic would move, and calls only what reads', async () => {
    const world = createFakeWorld(engine);
    const { steps = '' } = LADDERS[engine];
    const ended = await plan(world, nextVersion(world));
    expect([ended.status, ended.exitCode, ended.errors, ended.warnings]).toEqual(['planned', 0, [], []]);
    expect(ended.lines).toContain('- containerDefinitions[web].image = example.com/web:1');
    expect(ended.lines).toContain('+ containerDefinitions[web].image = example.com/web:2');
    expect(ended.reason).toContain(`traffic would move ${steps} %`);
    for (const words of ['`web:1`', 'web-5xx', '```diff', 'nothing is under way now'])
      expect(ended.summary).toContain(words);
    expect(world.share()).toBe(0);
  });

  test('has the ladder, the times and the end that the deployment then has', async () => {
    const world = createFakeWorld(engine);
    const inputs = nextVersion(world);
    const { reason } = await plan(world, inputs);
    const least = /in (?:(\d+)m)?(?:(\d+)s)? at least$/.exec(reason);
    const leastMs = (Number(least?.[1] ?? 0) * 60 + Number(least?.[2] ?? 0)) * 1_000;
    const deployed = await deploy(world, inputs);
    expect(deployed.status).toBe('succeeded');
    expect(leastMs).toBeGreaterThan(60_000);
    expect(deployed.tookMs).toBeGreaterThanOrEqual(leastMs);
    // Deployed, it is no change any more.
    const again = await plan(world, inputs);
    expect([again.status, again.exitCode]).toEqual(['unchanged', 0]);
    expect(again.reason).toBe('what serves, web:2, says the same already: nothing would change');
    expect((await deploy(world, inputs)).status).toBe('unchanged');
  });

  test('fails with every fault that a deployment would be refused for, and still says what it knows', async () => {
    const world = createFakeWorld(engine);
    const inputs = { ...nextVersion(world), container: 'api', gates: '- alarms: [none]', migrate: 'true' };
    const github = fakeGitHub();
    const ended = await plan(world, inputs, { github, context: context() });
    const refused = await deploy(world, inputs);
    expect([ended.status, ended.exitCode]).toEqual(['failed', 1]);
    expect(ended.errors.length).toBeGreaterThan(1);
    expect(ended.errors.map((line) => line.slice('error: '.length))).toEqual(refused.errors);
    expect(github.checks).toMatchObject([
      { conclusion: 'failure', title: expect.stringMatching(/^\d things are wrong: .*gates/) },
    ]);
    for (const words of ['there is no CloudWatch alarm none', 'no container', '`web:1`']) {
      expect(github.comments[0]?.body).toContain(words);
    }
  });

  test('is not stopped by a rollout that is under way, nor by an alarm that rings: both pass', async () => {
    const world = createFakeWorld(engine);
    expect((await deploy(world, { approval: 'manual' })).status).toBe('awaiting-promotion');
    world.ring('ALARM');
    const calls = world.share();
    const ended = await plan(world, { ...nextVersion(world), image: 'example.com/web:9' });
    expect([ended.status, ended.exitCode, ended.errors]).toEqual(['planned', 0, []]);
    expect(ended.warnings).toEqual([
      expect.stringMatching(/^warning: now, and passing by itself: if-running: web:2 is rolled out since /),
      expect.stringContaining('alarm web-5xx is in ALARM already'),
    ]);
    expect(ended.summary).toContain('passes by itself');
    expect(world.share()).toBe(calls);
  });

  test('without credentials says what the inputs tell, what was not looked at, and is green', async () => {
    const world = createFakeWorld(engine);
    world.hide('web', noCredentials);
    const github = fakeGitHub();
    const ended = await plan(
      world,
      { ...nextVersion(world), 'task-definition': FILE },
      { github, context: context(true) },
    );
    expect([ended.status, ended.exitCode, ended.errors]).toEqual(['planned', 0, []]);
    expect(ended.warnings).toEqual([
      'warning: not looked at: the service, what serves now, the image and the load balancer (a pull request from a fork gets no AWS credentials)',
    ]);
    expect(github.checks).toMatchObject([{ conclusion: 'neutral' }]);
    for (const words of [
      FILE,
      'example.com/web:2',
      'web-5xx',
      'the service alone says who moves the traffic',
      '1 field set by the inputs',
      'a pull request from a fork',
    ]) {
      expect(ended.summary).toContain(words);
    }
    expect(world.calls).toEqual([]);
  });
});

describe('without AWS', () => {
  test('every fault of the file is told all the same, and fails the plan', async () => {
    const path = join(workspace, 'bad.yaml');
    await writeFile(
      path,
      'family: web\nrequiresCompatibilities: [FARGATE]\ncontainerDefinitions:\n  - { name: web, image: x, secrets: [{ name: KEY, valueFrom: "s3cr3t!" }] }\n',
    );
    const world = createFakeWorld('native');
    world.hide('web', noCredentials);
    const ended = await plan(world, { ...nextVersion(world), 'task-definition': path });
    expect([ended.status, ended.exitCode]).toEqual(['failed', 1]);
    const all = ended.errors.join('\n');
    for (const words of ['no cpu', 'no memory', 'networkMode', 'executionRoleArn', 'secret KEY of container web']) {
      expect(all).toContain(words);
    }
    expect(`${ended.summary}${ended.lines.join('\n')}`).not.toContain('s3cr3t');
  });

  test('a call that AWS refuses is no want of credentials: it is told, and the plan is not green', async () => {
    for (const [failure, status, code, conclusion, title] of [
      ['denied', 'failed', 1, 'failure', 'AWS refused a call'],
      ['network', 'could-not-look', 6, 'neutral', 'Could not look'],
    ] as const) {
      const world = createFakeWorld('native');
      world.hide('web', new CallError(failure, '', 'describe service web: no'));
      const github = fakeGitHub();
      const ended = await plan(world, nextVersion(world), { github, context: context() });
      expect([ended.status, ended.exitCode, ended.reason]).toEqual([status, code, 'describe service web: no']);
      expect(github.checks).toMatchObject([{ conclusion, title }]);
    }
  });

  test('a service that is not there and a file that is not there are both told', async () => {
    const world = createFakeWorld('native');
    const ended = await plan(world, { ...nextVersion(world), service: 'api', 'task-definition': 'none.json' });
    expect(ended.exitCode).toBe(1);
    expect(ended.errors).toEqual([
      expect.stringContaining('there is no service api'),
      expect.stringContaining('none.json does not exist'),
    ]);
  });
});

describe('GitHub', () => {
  test('is told once by a check run with the lines of the file, and once by a comment with its marker', async () => {
    const world = createFakeWorld('native');
    const github = fakeGitHub();
    const ended = await plan(world, { ...nextVersion(world), 'task-definition': file }, { github, context: context() });
    expect([ended.status, ended.warnings]).toEqual(['planned', []]);
    expect(github.comments).toMatchObject([
      { pullRequest: 7, marker: '<!-- greenlight-plan:demo/web -->', body: ended.summary },
    ]);
    expect(github.checks).toMatchObject([
      {
        name: 'Greenlight plan: demo/web',
        title: '7 fields, 20 → 60 → 100 %, at least 2m30s',
        sha: 'b'.repeat(40),
        externalId: 'demo/web',
        status: 'completed',
        conclusion: 'success',
        actions: [],
      },
    ]);
    const annotations = github.checks[0]?.annotations ?? [];
    expect(annotations.map(({ path, line, level, title, message }) => [path, line, level, title, message])).toEqual([
      [PATH, 14, 'notice', 'containerDefinitions[web].environment.LOG_LEVEL', 'would be new: debug'],
      [PATH, 15, 'notice', 'containerDefinitions[web].environment.MODE', 'would be new: fast by day, careful at night'],
      [PATH, 11, 'notice', 'containerDefinitions[web].image', 'example.com/web:1 → example.com/web:2'],
      [PATH, 17, 'notice', 'containerDefinitions[web].secrets.KEY', 'would be new: /web/key'],
      [PATH, 5, 'notice', 'cpu', '256 → 512'],
      [PATH, 7, 'notice', 'executionRoleArn', 'would be new: arn:aws:iam::111122223333:role/web-execution'],
      [PATH, 6, 'notice', 'memory', '512 → 1024'],
    ]);
  });

  test('keeps two accounts apart that have the same names, and finds the same comment when the inputs are wrong', async () => {
    const world = createFakeWorld('native');
    const github = fakeGitHub();
    const staging = { ...nextVersion(world), 'github-environment': 'staging' };
    await plan(world, staging, { github, context: context() });
    await plan(world, { ...staging, hold: '5' }, { github, context: context() });
    const marker = '<!-- greenlight-plan:demo/web@staging -->';
    expect(github.comments.map((comment) => comment.marker)).toEqual([marker, marker]);
    expect(github.checks.map(({ name }) => name)).toEqual(Array(2).fill('Greenlight plan: demo/web (staging)'));
    await plan(world, { ...staging, 'github-environment': 'none' }, { github, context: context() });
    expect(github.checks.at(-1)?.name).toBe('Greenlight plan: demo/web');
  });

  test('is told of inputs that no deployment could begin with', async () => {
    const github = fakeGitHub();
    const world = createFakeWorld('native');
    const ended = await plan(
      world,
      { service: 'arn:aws:ecs:eu-west-1:123456789012:service/demo/web', image: 'a b', hold: '5' },
      { github, context: context() },
    );
    expect(ended.exitCode).toBe(1);
    expect(ended.errors).toHaveLength(2);
    expect(github.comments).toMatchObject([{ marker: '<!-- greenlight-plan:demo/web -->' }]);
    for (const words of ['"a b" is no image', '5 has no unit']) expect(github.comments[0]?.body).toContain(words);
    expect(github.checks).toMatchObject([{ conclusion: 'failure', name: 'Greenlight plan: demo/web' }]);
  });

  test('that is in trouble is a warning that names the permission, and the plan ends as it would', async () => {
    const world = createFakeWorld('native');
    const github = fakeGitHub(
      new GitHubError('permission', 'Resource not accessible by integration', { permission: 'checks: write' }),
    );
    const ended = await plan(world, nextVersion(world), { github, context: context() });
    expect([ended.status, ended.exitCode, ended.errors]).toEqual(['planned', 0, []]);
    expect(ended.warnings).toEqual([
      expect.stringMatching(/the check run: .*; write permissions: checks: write at the job$/),
      expect.stringMatching(/the comment .*; write permissions: pull-requests: write at the job$/),
    ]);
    const fork = await plan(world, nextVersion(world), { github, context: context(true) });
    expect([fork.status, fork.warnings.length]).toEqual(['planned', 2]);
    for (const warning of fork.warnings)
      expect(warning).toMatch(/; a pull request from a fork has a token that only reads$/);
    const down = fakeGitHub(new GitHubError('server', 'GitHub answered 500'));
    const without = await plan(world, nextVersion(world), { github: down, context: context() });
    expect([without.status, without.warnings.length]).toEqual(['planned', 2]);
  });

  test('on a push has the check run and no comment; without a token nothing', async () => {
    const world = createFakeWorld('native');
    const github = fakeGitHub();
    const pushed: GitHubContext = { ...context(), event: { kind: 'other', name: 'push' } };
    await plan(world, nextVersion(world), { github, context: pushed });
    expect([github.checks.length, github.comments]).toEqual([1, []]);
    expect((await plan(world, nextVersion(world), { context: context() })).status).toBe('planned');
  });
});

describe('what people read', () => {
  const everything = (ended: Awaited<ReturnType<typeof plan>>, github: FakeGitHub) =>
    [ended.summary, JSON.stringify(github.checks), JSON.stringify(github.comments)].join('\n');

  test('has no value of a variable but those in the repository’s file', async () => {
    const world = createFakeWorld('native');
    const before = { name: 'LOG_LEVEL', value: 'only-aws-has-this' };
    const first = world.registered[0] as { containerDefinitions: { environment?: unknown }[] };
    for (const container of first.containerDefinitions)
      container.environment = [before, { name: 'GONE', value: 'gone-secret' }];
    const github = fakeGitHub();
    const ended = await plan(
      world,
      { ...nextVersion(world), 'task-definition': file, environment: 'MODE=from-a-secret\nNEW=another-secret' },
      { github, context: context() },
    );
    const told = everything(ended, github);
    for (const secret of ['only-aws-has-this', 'gone-secret', 'from-a-secret', 'another-secret']) {
      expect(`${told}${ended.lines.join('\n')}`).not.toContain(secret);
    }
    expect(ended.lines).toEqual(
      expect.arrayContaining([
        '- containerDefinitions[web].environment.GONE = (not shown)',
        '- containerDefinitions[web].environment.LOG_LEVEL = (another value, not shown)',
        '+ containerDefinitions[web].environment.LOG_LEVEL = debug',
        '+ containerDefinitions[web].environment.MODE = (not shown)',
        '+ containerDefinitions[web].environment.NEW = (not shown)',
      ]),
    );
  });

  test('has no value of a file that a step has rendered, for there may be secrets of the workflow in it', async () => {
    const rendered = join(workspace, 'rendered.json');
    await cp(file, rendered);
    const github = fakeGitHub();
    const ended = await plan(
      createFakeWorld('native'),
      { ...nextVersion(createFakeWorld('native')), 'task-definition': rendered },
      { github, context: context() },
    );
    expect(everything(ended, github)).not.toContain('careful at night');
    expect(ended.lines).toContain('+ containerDefinitions[web].environment.MODE = (not shown)');
    // Its lines are nowhere in the repository.
    expect(github.checks[0]?.annotations).toEqual([]);
  });

  test('has neither the query of a gate’s address nor its command', async () => {
    const world = createFakeWorld('native');
    const github = fakeGitHub();
    const gates =
      '- http: "https://u:pw@example.com/healthz?token=s3cr3t"\n- run: curl -H s3cr3t https://example.com\n- run: KEY=s3cr3t ./probe';
    const ended = await plan(world, { ...nextVersion(world), gates }, { github, context: context() });
    const told = everything(ended, github);
    expect(told).toContain('example.com/healthz');
    expect(told).not.toMatch(/s3cr3t|u:pw/);
  });

  test('keeps what stood in quotes in a fault about a variable to the log', async () => {
    const github = fakeGitHub();
    const ended = await plan(
      createFakeWorld('native'),
      { service: 'web', image: 'web:1', environment: 's3cr3t' },
      { github, context: context() },
    );
    expect(ended.errors.join()).toContain('s3cr3t');
    expect(everything(ended, github)).not.toContain('s3cr3t');
  });
});

describe('an image that is to be built', () => {
  const inputs = {
    service: 'web',
    repository: 'web',
    tags: '1.4',
    context: 'app',
    'task-definition': FILE,
    ...LADDERS.native,
  };

  test('is told with its context and where it would be pushed, and nothing is built', async () => {
    const ended = await plan(createFakeWorld('native'), inputs);
    expect(ended.status).toBe('planned');
    expect(ended.lines).toContain(
      '+ containerDefinitions[web].image = 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.4, built from context app of this commit',
    );
  });

  test('never is nothing to change, whatever serves', async () => {
    const world = createFakeWorld('native');
    const serving = world.registered[0] as { containerDefinitions: { image: string }[] };
    for (const container of serving.containerDefinitions)
      container.image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.4';
    expect((await plan(world, inputs)).status).toBe('planned');
    expect(world.registered[0]?.['taskDefinitionArn']).toBe(arnOf.taskDefinition(1));
  });
});
