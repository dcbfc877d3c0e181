import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/core/json.ts';
import { renderTaskDefinition } from '../../src/core/task-definition.ts';
import { readConfig } from '../../src/inputs.ts';
import { readTaskDefinitionFile } from '../../src/task-definition-file.ts';

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly permissions?: object;
  readonly concurrency?: object;
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly Step[]; concurrency?: object; 'timeout-minutes'?: number }>
  >;
}

const folder = 'examples/workflows';
const files = readdirSync(folder).map((file) => join(folder, file));
const workflow = (file: string) => parse(readFileSync(file, 'utf8')) as Workflow;
const stepsOf = (file: string) => Object.values(workflow(file).jobs).flatMap(({ steps }) => steps);
const isOurs = ({ uses }: Step) => uses?.startsWith('OWNER/greenlight@') === true;

/** What stands in `${{ }}` is known only at run time: here it is any word. */
const atRunTime = (text: string) => text.replace(/\$\{\{.*?\}\}/g, 'word');

describe.each(files)('%s', (file) => {
  test('gives the action inputs that it has and values that it takes', async () => {
    const ours = stepsOf(file).filter(isOurs);
    expect(ours).not.toEqual([]);
    for (const { with: inputs = {} } of ours) {
      const names = Object.keys(inputs).map((name) => `INPUT_${name.toUpperCase()}`);
      const read = (name: string) => atRunTime(String(inputs[name] ?? ''));
      await expect(readConfig(read, names, { sha: 'a'.repeat(40), region: 'eu-central-1' })).resolves.toBeDefined();
    }
  });

  test('uses other actions at a full commit, with the version beside it', () => {
    const lines = readFileSync(file, 'utf8').match(/^.*\buses:.*$/gm) ?? [];
    const others = lines.filter((line) => !line.includes('OWNER/greenlight@'));
    expect(others).not.toEqual([]);
    expect(others.filter((line) => !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test('may assume a role and read, ends by itself, and deploys a service once at a time', () => {
    const { permissions, concurrency, jobs } = workflow(file);
    expect(permissions).toEqual({ 'id-token': 'write', contents: 'read' });
    for (const job of Object.values(jobs)) {
      expect(job['timeout-minutes']).toBeGreaterThan(0);
      expect(job.concurrency ?? concurrency).toMatchObject({ 'cancel-in-progress': false });
    }
  });
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
