import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Request } from '../../src/core/config.ts';
import type { GitHubContext } from '../../src/core/github.ts';
import { BUTTONS } from '../../src/core/github-button.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { renderTaskDefinition } from '../../src/core/task-definition.ts';
import { readRequest } from '../../src/inputs.ts';
import { readTaskDefinitionFile } from '../../src/task-definition-file.ts';

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}
interface Job {
  readonly steps: readonly Step[];
  readonly concurrency?: object;
  readonly 'timeout-minutes'?: number;
}
interface DispatchInput {
  readonly options?: readonly string[];
  readonly default?: string;
}
interface Workflow {
  readonly on: {
    readonly workflow_dispatch?: { readonly inputs?: Readonly<Record<string, DispatchInput>> } | null;
    readonly [event: string]: unknown;
  };
  readonly permissions?: object;
  readonly concurrency?: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = 'examples/workflows';
const text = (file: string) => readFileSync(join(folder, file), 'utf8');
const workflow = (file: string) => parse(text(file)) as Workflow;
const isOurs = ({ uses }: Step) => uses?.startsWith('OWNER/greenlight@') === true;

const files = readdirSync(folder);
const withUs = files.filter((file) => text(file).includes('OWNER/greenlight@'));
/** What changes nothing in AWS needs neither the time of a rollout nor to wait for another. */
const PLANS = ['plan.yml'];
const withRollouts = withUs.filter((file) => !PLANS.includes(file));

/** What a person may choose in the form of a dispatched workflow: each option once, everything else as it is preset. */
function choicesOf(file: string): readonly Readonly<Record<string, string>>[] {
  if (workflow(file).on['check_run'] !== undefined) return BUTTONS.map(({ identifier }) => ({ button: identifier }));
  const inputs = Object.entries(workflow(file).on.workflow_dispatch?.inputs ?? {});
  const preset = Object.fromEntries(inputs.map(([name, input]) => [name, input.default ?? '']));
  const others = inputs.flatMap(([name, { options = [] }]) => options.map((option) => ({ ...preset, [name]: option })));
  return others.length === 0 ? [preset] : others;
}

/** What stands in `${{ }}` is known only at run time: here it is what was chosen, or any word. */
function atRunTime(value: string, chosen: Readonly<Record<string, string>>): string {
  return value.replace(/\$\{\{\s*(?:inputs\.(\w+)|.*?)\s*\}\}/g, (_, name?: string) => chosen[name ?? ''] ?? 'word');
}

/** A workflow that begins with a button is read for each of them. */
function pressedIn(file: string, { button }: Readonly<Record<string, string>>): GitHubContext | undefined {
  if (workflow(file).on['check_run'] === undefined) return undefined;
  const event = {
    kind: 'requested-action',
    identifier: button ?? '',
    externalId: 'demo/web',
    checkName: 'Greenlight: demo/web',
  } as const;
  return { owner: 'example', repository: 'shop', sha: 'a'.repeat(40), runUrl: '', event };
}

/** Every request that the jobs of a workflow can make of the action, with the job that makes it. */
async function requestsOf(file: string): Promise<readonly { readonly job: Job; readonly request: Request }[]> {
  const made = Object.values(workflow(file).jobs).flatMap((job) =>
    job.steps
      .filter(isOurs)
      .flatMap(({ with: inputs = {} }) => choicesOf(file).map((chosen) => ({ job, inputs, chosen }))),
  );
  return Promise.all(
    made.map(async ({ job, inputs, chosen }) => {
      const names = Object.keys(inputs).map((name) => `INPUT_${name.toUpperCase()}`);
      const read = (name: string) => atRunTime(String(inputs[name] ?? ''), chosen);
      const facts = { sha: 'a'.repeat(40), region: 'eu-central-1', github: pressedIn(file, chosen) };
      return { job, request: await readRequest(read, names, facts) };
    }),
  );
}

describe.each(withUs)('%s', (file) => {
  test('gives the action inputs that it has and values that it takes', async () => {
    expect(await requestsOf(file)).not.toEqual([]);
  });
});

/** What the pages of a rollout need; a status has none. */
const PAGES = { checks: 'write', deployments: 'write', 'pull-requests': 'write' };
const tellsGitHub = (file: string): boolean => file !== 'clean-up.yml';

describe.each(withRollouts)('%s', (file) => {
  test('lets its job live for the rollout and for the way back', async () => {
    for (const { job, request } of await requestsOf(file)) {
      expect((job['timeout-minutes'] ?? 0) * 60_000).toBeGreaterThan(2 * request.config.timeoutMs);
    }
  });

  test('may assume a role and read, ends by itself, and deploys a service once at a time', () => {
    const { permissions, concurrency, jobs } = workflow(file);
    expect(permissions).toEqual({ 'id-token': 'write', contents: 'read', ...(tellsGitHub(file) ? PAGES : {}) });
    for (const job of Object.values(jobs)) {
      expect(job['timeout-minutes']).toBeGreaterThan(0);
      expect(job.concurrency ?? concurrency).toMatchObject({ 'cancel-in-progress': false });
    }
  });
});

test.each(files)('%s uses other actions at a full commit, with the version beside it', (file) => {
  const lines = text(file).match(/^.*\buses:.*$/gm) ?? [];
  const others = lines.filter((line) => !line.includes('OWNER/greenlight@'));
  expect(others).not.toEqual([]);
  expect(others.filter((line) => !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
});

test('a pull request, also one from a fork, gets nothing that it could misuse', () => {
  const ofPullRequests = files.filter((file) =>
    Object.keys(workflow(file).on).some((on) => on.startsWith('pull_request')),
  );
  expect(ofPullRequests.sort()).toEqual(['plan.yml', 'pull-request.yml']);
  const { on, permissions, jobs } = workflow('pull-request.yml');
  expect(Object.keys(on)).toEqual(['pull_request']);
  expect(permissions).toEqual({ contents: 'read' });
  expect(text('pull-request.yml')).not.toMatch(/\$\{\{ *secrets\.|configure-aws-credentials/);
  expect(Object.values(jobs).flatMap(({ steps }) => steps.filter(isOurs))).toEqual([]);
});

test('plan.yml may write on the pull request and read in AWS, and does neither for a fork', async () => {
  const made = (await requestsOf('plan.yml')).map(({ request }) => request);
  const [deployed] = await requestsOf('deploy.yml');
  expect(made).toEqual([{ command: 'plan', config: deployed?.request.config }]);
  const { on, permissions, jobs } = workflow('plan.yml');
  // With pull_request_target a fork's pull request would run with this repository's rights.
  expect(Object.keys(on)).toEqual(['pull_request']);
  expect(permissions).toEqual({ 'id-token': 'write', contents: 'read', checks: 'write', 'pull-requests': 'write' });
  expect(text('plan.yml')).not.toMatch(/\$\{\{ *secrets\./);
  const credentials = Object.values(jobs).flatMap(({ steps }) =>
    steps.filter(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@')),
  );
  expect(credentials).toMatchObject([{ if: 'github.event.pull_request.head.repo.full_name == github.repository' }]);
});

test('promote.yml offers every command for a rollout that has begun, and does not queue behind it', async () => {
  const made = (await requestsOf('promote.yml')).map(({ request }) => request);
  expect(made.map(({ command }) => command)).toEqual(['promote', 'rollback', 'status']);
  expect(made).toMatchObject([{ to: undefined }, {}, { service: 'web', fix: false }]);
  const groups = withUs.filter((file) => file !== 'promote.yml').map((file) => workflow(file).concurrency);
  expect(groups).not.toContainEqual(workflow('promote.yml').concurrency);
});

test('check-run.yml does what the button says, for the check of its service alone, as those do who may deploy', async () => {
  const made = (await requestsOf('check-run.yml')).map(({ request }) => request);
  expect(made.map(({ command }) => command)).toEqual(['promote', 'rollback']);
  expect(made).toMatchObject([{ config: { cluster: 'demo', service: 'web' } }, {}]);
  const { on, jobs } = workflow('check-run.yml');
  expect(on).toEqual({ check_run: { types: ['requested_action'] } });
  expect(jobs).toMatchObject({
    pressed: { if: "github.event.check_run.external_id == 'demo/web'", environment: 'production' },
  });
});

test('clean-up.yml repairs all services of a cluster, by the clock', async () => {
  const [made] = await requestsOf('clean-up.yml');
  expect(made?.request).toMatchObject({ command: 'status', cluster: 'demo', service: undefined, fix: true });
  expect(Object.keys(workflow('clean-up.yml').on)).toContain('schedule');
});

test('canary.yml ends at the first step and says until when a person may go on', async () => {
  const [made] = await requestsOf('canary.yml');
  expect(made?.request.config).toMatchObject({ steps: [5, 25, 50, 100], approval: 'manual', waitForApprovalMs: 0 });
  expect(text('canary.yml')).toContain('outputs.promote-until');
});

test('metrics.yml climbs a ladder of which every step may end as soon as the counts suffice', async () => {
  const [made] = await requestsOf('metrics.yml');
  const { steps = [], gates = [] } = made?.request.config ?? {};
  expect(steps.filter((share) => share < 100).length).toBeGreaterThan(1);
  expect(gates.filter((gate) => gate.kind === 'metrics')).toMatchObject([{ early: true }]);
  expect(text('metrics.yml')).toContain('outputs.evidence');
});

test('report.yml uploads the report, also of a deployment that failed, and has it counted', async () => {
  const [made] = await requestsOf('report.yml');
  expect(made?.request.config.gates?.map(({ kind }) => kind)).toContain('metrics');
  expect(text('report.yml')).toContain("if: always() && steps.deploy.outputs.report != ''");
});

test('all-gates.yml has every gate, and each setting of a gate', async () => {
  const [made] = await requestsOf('all-gates.yml');
  const gates = made?.request.config.gates ?? [];
  expect(new Set(gates.map(({ kind }) => kind))).toEqual(
    new Set(['targets', 'traffic', 'metrics', 'alarms', 'http', 'run']),
  );
  const settings = new Set(gates.flatMap((gate) => Object.keys(gate)));
  expect([...settings]).toEqual(expect.arrayContaining(['failures', 'errors', 'warmUpMs']));
});

test('the README leads to every workflow', () => {
  const readme = readFileSync('README.md', 'utf8');
  const named = files.filter((file) => readme.includes(join(folder, basename(file))) || file === 'deploy.yml');
  expect(named).toEqual(files);
});

test('examples/task-definition.yaml takes an image and keeps the rest', async () => {
  const base = await readTaskDefinitionFile('examples/task-definition.yaml');
  const image = 'example.com/web:1';
  const rendered = renderTaskDefinition(base, {
    container: undefined,
    image,
    environment: new Map(),
    secrets: new Map(),
  });
  const [container] = base['containerDefinitions'] as unknown as readonly [JsonObject];
  expect(rendered).toMatchObject({ definition: { ...base, containerDefinitions: [{ ...container, image }] } });
});
