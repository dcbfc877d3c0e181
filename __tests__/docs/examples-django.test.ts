/** examples/django as far as it can be held to its words without building it; __tests__/e2e/django.test.ts builds and deploys it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { trackedFiles } from '../../.ci/tracked.ts';
import { renderTaskDefinition } from '../../src/core/task-definition.ts';
import { readRequest } from '../../src/inputs.ts';
import { readTaskDefinitionFile } from '../../src/task-definition-file.ts';

const folder = 'examples/django';
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');

interface Workflow {
  readonly concurrency: object;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: {
    readonly deploy: {
      readonly 'timeout-minutes': number;
      readonly steps: readonly { readonly uses: string; readonly with?: Readonly<Record<string, string>> }[];
    };
  };
}

const workflow = parse(text('deploy.yml')) as Workflow;
const job = workflow.jobs.deploy;
const ours = job.steps.filter(({ uses }) => uses.startsWith('OWNER/greenlight@'));

/** The request that its workflow makes of the action. */
async function request() {
  const inputs = ours[0]?.with ?? {};
  const names = Object.keys(inputs).map((name) => `INPUT_${name.toUpperCase()}`);
  const read = (name: string) => String(inputs[name] ?? '').replace(/\$\{\{.*?\}\}/g, 'word');
  return readRequest(read, names, { sha: 'a'.repeat(40), region: 'ap-northeast-2' });
}

test('its Dockerfile is the one of the tutorials', () => {
  const instructions = text('Dockerfile')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line));
  expect(instructions.filter((line) => !line.startsWith('ENV '))).toEqual([
    'FROM python:3.9',
    'WORKDIR /app',
    'COPY requirements.txt .',
    'RUN pip install -r requirements.txt',
    'COPY . .',
    'EXPOSE 8000',
    'CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]',
  ]);
});

test('its workflow is one step that climbs from a few users to all, by gates that both versions answer for', async () => {
  expect(ours).toHaveLength(1);
  const { config } = await request();
  expect(config).toMatchObject({ strategy: 'canary', steps: [10, 100], onInconclusive: 'promote' });
  expect(config.gates.map(({ kind }) => kind)).toEqual(['targets', 'metrics', 'http']);
  expect(ours[0]?.with?.['migrate']).toBe('python manage.py migrate');
});

test('its workflow ends by itself, deploys once at a time, and uses other actions at a full commit', async () => {
  const { config } = await request();
  expect(job['timeout-minutes'] * 60_000).toBeGreaterThan(2 * config.timeoutMs);
  expect(workflow.concurrency).toMatchObject({ 'cancel-in-progress': false });
  const others = text('deploy.yml')
    .split('\n')
    .filter((line) => line.includes('uses:') && !line.includes('OWNER/greenlight@'));
  expect(others).toHaveLength(2);
  for (const line of others) expect(line).toMatch(/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test('its task definition gives the site what its settings ask for', async () => {
  const image = 'example.com/reservations:1';
  const base = await readTaskDefinitionFile(join(folder, 'task-definition.yaml'));
  const rendered = renderTaskDefinition(base, {
    container: undefined,
    image,
    environment: new Map([['VERSION', '1']]),
    secrets: new Map(),
  });
  if (!('definition' in rendered)) throw new Error(JSON.stringify(rendered));
  const [container] = rendered.definition['containerDefinitions'] as unknown as readonly {
    readonly image: string;
    readonly portMappings: readonly { readonly containerPort: number }[];
    readonly environment: readonly { readonly name: string }[];
    readonly secrets: readonly { readonly name: string }[];
  }[];
  expect(container).toMatchObject({ image, portMappings: [{ containerPort: 8000 }] });
  const given = [...(container?.environment ?? []), ...(container?.secrets ?? [])].map(({ name }) => name);
  const asked = [...text('restaurant/settings.py').matchAll(/os\.environ\.get\("(\w+)"/g)].map(([, name]) => name);
  // DEBUG is not for there.
  expect(given.toSorted()).toEqual(asked.filter((name) => name !== 'DEBUG').toSorted());
  const told = [...text('README.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
  expect(told.toSorted()).toEqual(asked.toSorted());
});

test('has no database, no compiled file and no secret in the repository', () => {
  const files = trackedFiles().filter((file) => file.startsWith(`${folder}/`));
  expect(files).toContain(join(folder, 'reservations/migrations/0001_initial.py'));
  expect(files.filter((file) => /\.(sqlite3|pyc)$|\.env$/.test(file))).toEqual([]);
});
