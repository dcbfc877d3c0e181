import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { missingFrom } from '../.ci/complete-lock.ts';
import { trackedFiles } from '../.ci/tracked.ts';

const text = (file: string) => readFileSync(file, 'utf8');
const yaml = (file: string) => parse(text(file)) as Record<string, unknown>;
const sources = (under: string) => trackedFiles().filter((file) => file.startsWith(under) && file.endsWith('.ts'));

describe('the repository', () => {
  test('names no package registry: everyone installs from their own', () => {
    const hosts = /\b(?:registry\.(?:npmjs|yarnpkg)|npm\.pkg\.github|(?:deb|security)\.debian)\./;
    const files = trackedFiles().filter((file) => !file.startsWith('dist/'));
    expect(files.filter((file) => hosts.test(text(file)))).toEqual([]);
  });

  test('has a lock file that says what to install and from nowhere in particular', () => {
    const lock = JSON.parse(text('package-lock.json')) as { packages: Record<string, { resolved?: string }> };
    const fromSomewhere = Object.entries(lock.packages).filter(([, one]) => one.resolved !== undefined);
    expect(fromSomewhere.map(([name]) => name)).toEqual([]);
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
  });

  test('has a lock file for every platform: npx tsx .ci/complete-lock.ts puts in what a registry did not serve', () => {
    const { packages } = JSON.parse(text('package-lock.json'));
    expect(missingFrom(packages)).toEqual([]);
    const wanting = { ...packages, 'node_modules/a': { optionalDependencies: { '@a/b-linux-arm64-musl': '1.0.0' } } };
    expect(missingFrom(wanting)).toEqual([
      [
        'node_modules/@a/b-linux-arm64-musl',
        { version: '1.0.0', cpu: ['arm64'], libc: ['musl'], optional: true, os: ['linux'] },
      ],
    ]);
  });

  test('has a version that the changelog knows, or one that is still to be released', () => {
    const { version } = JSON.parse(text('package.json')) as { version: string };
    const sections = [...text('CHANGELOG.md').matchAll(/^## \[(.+?)\]/gm)].map((match) => match[1]);
    expect(sections[0]).toBe('Unreleased');
    // Before the first release there is only "Unreleased".
    expect([version, undefined]).toContain(sections[1]);
  });

  test('says under which licence it is, the same in both places', () => {
    const { license } = JSON.parse(text('package.json')) as { license: string };
    expect(text('LICENSE')).toMatch(new RegExp(`^${license} License`));
  });

  test('keeps a list of every decision', () => {
    const pages = readdirSync('docs/decisions').filter((file) => /^\d{4}-.+\.md$/.test(file));
    const index = text('docs/decisions/README.md');
    expect(pages.filter((page) => !index.includes(`(${page})`))).toEqual([]);
    expect(pages).not.toEqual([]);
  });
});

describe('action.yml', () => {
  test('has only inputs that the README explains and inputs.ts reads', () => {
    const names = Object.keys(yaml('action.yml').inputs as object);
    const reading = sources('src/inputs').map(text).join('\n');
    expect(names.filter((name) => !text('README.md').includes(`\`${name}\``))).toEqual([]);
    expect(names.filter((name) => !reading.includes(`'${name}'`))).toEqual([]);
    expect(names).toContain('service');
  });

  test('has only outputs that the README explains and outputs.ts sets', () => {
    const names = Object.keys(yaml('action.yml').outputs as object);
    const setting = sources('src/outputs').map(text).join('\n');
    expect(names.filter((name) => !text('README.md').includes(`\`${name}\``))).toEqual([]);
    expect(names.filter((name) => !setting.includes(name))).toEqual([]);
    expect(names).toContain('status');
  });

  test('starts files that are in dist, on the Node that .node-version names', () => {
    const runs = yaml('action.yml').runs as { using: string; main: string; post?: string };
    expect(runs.using).toBe(`node${text('.node-version').trim()}`);
    for (const entry of [runs.main, runs.post ?? runs.main]) expect(statSync(entry).isFile()).toBe(true);
  });
});

describe('dist', () => {
  test('is at most 1.9 MB in all', () => {
    const files = readdirSync('dist', { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    const bytes = files.map((one) => statSync(join(one.parentPath, one.name)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1_900_000);
  });

  test('carries the licences of what is bundled in it', () => {
    expect(text('dist/licenses.txt')).toContain('@aws-sdk/client-ecs');
  });
});

describe('docs/permissions.md', () => {
  test('lists the IAM action of every call that the adapters make', () => {
    const page = text('docs/permissions.md');
    const made = sources('src/adapters/aws/').flatMap((file) => [...text(file).matchAll(/\b([A-Z]\w+)Command\b/g)]);
    const calls = [...new Set(made.map(([, call = '']) => call))];
    expect(calls).toContain('UpdateService');
    expect(calls.filter((call) => !new RegExp(`\\w:${call}\\b`).test(page))).toEqual([]);
  });
});

describe('the workflows', () => {
  const workflows = () => readdirSync('.github/workflows').map((file) => join('.github/workflows', file));

  test('use other actions only at a full commit, with the version beside it', () => {
    const uses = workflows().flatMap((file) => text(file).match(/^.*\buses:.*$/gm) ?? []);
    expect(uses.filter((line) => !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    expect(uses).not.toEqual([]);
  });

  test('use one commit an action', () => {
    const used = new Map<string, Set<string>>();
    for (const [, action = '', commit = ''] of workflows().flatMap((file) => [
      ...text(file).matchAll(/uses: (\S+)@(\S+)/g),
    ])) {
      used.set(action, (used.get(action) ?? new Set()).add(commit));
    }
    expect([...used].filter(([, commits]) => commits.size > 1)).toEqual([]);
  });

  test.each(['ci', 'check-dist', 'release'])(
    '%s may read and no more, ends by itself and runs once at a time',
    (name) => {
      const workflow = yaml(`.github/workflows/${name}.yml`);
      expect(workflow.permissions).toEqual({ contents: 'read' });
      expect(workflow.concurrency).toHaveProperty('group');
      for (const job of Object.values(workflow.jobs as Record<string, Record<string, unknown>>)) {
        expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
      }
    },
  );

  test('let only the job that moves the major tag write, and that job runs no code of ours', () => {
    const writing = workflows().flatMap((file) =>
      Object.entries(yaml(file).jobs as Record<string, { permissions?: object; steps: { uses?: string }[] }>).filter(
        ([, job]) => job.permissions !== undefined,
      ),
    );
    expect(writing.map(([name]) => name)).toEqual(['major-tag']);
    expect(writing.flatMap(([, job]) => job.steps.filter((step) => step.uses !== undefined))).toEqual([]);
  });

  test('put nothing from an event into a script: it comes in as a variable', () => {
    const scripts = workflows().flatMap((file) =>
      Object.values(yaml(file).jobs as Record<string, { steps: { run?: string }[] }>).flatMap((job) =>
        job.steps.flatMap((step) => (step.run === undefined ? [] : [step.run])),
      ),
    );
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
    expect(scripts).not.toEqual([]);
  });
});
