import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { trackedFiles } from '../../.ci/tracked.ts';
import { defaultPort, parseCli } from '../../sandbox/cli-options.ts';
import type { Request } from '../../src/core/config.ts';
import { readRequest } from '../../src/inputs.ts';

const text = (file: string) => readFileSync(file, 'utf8');
const facts = { sha: 'a'.repeat(40), region: 'eu-central-1', github: undefined };

async function requestOf(inputs: Readonly<Record<string, unknown>>): Promise<Request> {
  const names = Object.keys(inputs).map((name) => `INPUT_${name.toUpperCase()}`);
  // What stands in `${{ }}` is known only at run time.
  const read = (name: string) => String(inputs[name] ?? '').replace(/\$\{\{.*?\}\}/g, 'word');
  return readRequest(read, names, facts);
}

/** The texts of a page's blocks in a language, without the indentation that a list gives them. */
function blocksOf(page: string, language: string): readonly string[] {
  const blocks = page.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm'));
  return [...blocks].map(([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

/** The inputs of every step that uses the action, however deep in a workflow. */
function stepsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  const { uses, with: inputs } = value as { uses?: unknown; with?: Readonly<Record<string, unknown>> };
  const isOurs = typeof uses === 'string' && uses.startsWith('OWNER/greenlight@');
  return isOurs ? [inputs ?? {}] : Object.values(value).flatMap(stepsIn);
}

describe('a step to copy', () => {
  const pages = trackedFiles().filter((file) => /^(?:README|docs\/[^/]+)\.?\w*\.md$/.test(file));
  const steps = pages.flatMap((page) =>
    blocksOf(text(page), 'yaml')
      .filter((block) => block.includes('OWNER/greenlight@'))
      .flatMap((block) => stepsIn(parse(block)).map((inputs) => ({ page, inputs }))),
  );

  test('is on the pages that have one', () => {
    expect([...new Set(steps.map(({ page }) => page))]).toEqual(
      expect.arrayContaining(['README.md', 'docs/moving.md', 'docs/plan.md', 'docs/steering.md']),
    );
  });

  test.each(steps.map(({ page, inputs }, at) => [page, at, inputs] as const))(
    'of %s (%i) has inputs that there are, and values that they take',
    async (_page, _at, inputs) => {
      // A task definition's file is the reader's own.
      const { 'task-definition': _file, ...rest } = inputs;
      expect(await requestOf(rest)).toMatchObject({ config: { cluster: 'demo' } });
    },
  );
});

describe('docs/first-canary.md', () => {
  const page = text('docs/first-canary.md');
  const [byHand = ''] = page.split('## With an AWS account');
  const shell = blocksOf(byHand, 'sh');
  const settings = shell.find((block) => block.includes('export INPUT_')) ?? '';

  test('starts the sandbox with options that it has', () => {
    const [, options = ''] = /npm run sandbox -- (.*)/.exec(shell.join('\n')) ?? [];
    expect(parseCli(options.split(' '))).toMatchObject({ options: { runtime: 'process' }, loadBalancerPort: 8000 });
    expect(byHand).toContain('http://127.0.0.1:8000/');
  });

  test('speaks to it as it is started: address and credentials', () => {
    expect(settings).toContain(`AWS_ENDPOINT_URL=http://127.0.0.1:${defaultPort} `);
    const [, id = '', secret = ''] =
      /accessKeyId: '(.+?)', secretAccessKey: '(.+?)'/.exec(text('sandbox/sandbox.ts')) ?? [];
    expect(settings).toContain(`AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${secret}\n`);
  });

  test('gives the action inputs that it takes, for the good version and for the bad one', async () => {
    const shared = Object.fromEntries(
      [...settings.matchAll(/INPUT_([A-Z]+)=(?:'([^']*)'|(\S+))/g)].map(([, name = '', quoted, plain]) => [
        name.toLowerCase(),
        quoted ?? plain ?? '',
      ]),
    );
    const versions = shell.flatMap((block) =>
      [...block.matchAll(/^INPUT_ENVIRONMENT=(?:'([^']*)'|(\S+)) node/gm)].map(([, quoted, plain]) => quoted ?? plain),
    );
    expect(versions).toHaveLength(2);
    for (const environment of versions) {
      const { config } = await requestOf({ ...shared, environment });
      expect(config).toMatchObject({
        strategy: 'canary',
        gates: [{ kind: 'targets' }, { kind: 'http' }, { kind: 'metrics' }],
      });
    }
  });

  test('names only variables that the application of the sandbox reads', () => {
    const known = text('sandbox/app/behaviour.ts');
    const named = [...byHand.matchAll(/\b((?:FAIL|SMOKE|CRASH|EXIT)_[A-Z_]+)=/g)].map(([, name = '']) => name);
    expect(new Set(named).size).toBe(4);
    expect(named.filter((name) => !known.includes(`'${name}'`))).toEqual([]);
  });
});

test('docs/moving.md says of every input of the action that it names that there is one', () => {
  const names = new Set(Object.keys((parse(text('action.yml')) as { inputs: object }).inputs));
  const outputs = new Set(Object.keys((parse(text('action.yml')) as { outputs: object }).outputs));
  const chain = text('docs/moving.md').split('### amazon-ecr-login')[1]?.split('## From CodeDeploy')[0] ?? '';
  const cells = [...chain.matchAll(/^\| .*? \| (.*) \|$/gm)].map(([, cell = '']) => cell);
  const named = cells.flatMap((cell) =>
    [...cell.matchAll(/`([a-z]+(?:-[a-z]+)*)(?:: [^`]*)?`/g)].map(([, name = '']) => name),
  );
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((name) => !names.has(name) && !outputs.has(name) && name !== 'unchanged')).toEqual([]);
});
