import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildInto } from '../../.ci/build.ts';

let folder: string;
let bytes: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-build-'));
  bytes = await buildInto(join(folder, 'first'));
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

async function textsIn(name: string): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(join(folder, name))).sort();
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, string]> => [file, await readFile(join(folder, name, file), 'utf8')]),
    ),
  );
}

describe('the bundle', () => {
  test('is the same bytes when it is built again, and nothing of before is left', async () => {
    await buildInto(join(folder, 'second'));
    await buildInto(join(folder, 'second'));
    expect(await textsIn('second')).toEqual(await textsIn('first'));
  }, 60_000);

  test('is at most 1.9 MB with everything in it', () => {
    expect(bytes).toBeLessThanOrEqual(1_900_000);
  });

  test('takes node:http as an object: imported as a module it would load all of fetch', async () => {
    const scripts = [...(await textsIn('first'))].filter(([file]) => file.endsWith('.js'));
    const asModule = scripts.filter(([, text]) => /\bfrom\s*"(node:)?http"|\bimport\s*\(?"(node:)?http"/.test(text));
    expect(asModule.map(([file]) => file)).toEqual([]);
    expect(scripts.some(([, text]) => /getBuiltinModule\(["'`]node:http["'`]\)/.test(text))).toBe(true);
  });

  test('keeps what not every job needs out of what every job reads first', async () => {
    const entry = (await textsIn('first')).get('index.js') ?? '';
    expect(entry).toContain('AmazonEC2ContainerServiceV20141113');
    for (const target of ['GraniteServiceVersion20100801', 'AmazonEC2ContainerRegistry_V20150921', 'Logs_20140328']) {
      expect(entry).not.toContain(target);
    }
  });

  test('carries the licences of what is inside', async () => {
    const licenses = (await textsIn('first')).get('licenses.txt') ?? '';
    for (const name of ['@aws-sdk/client-ecs', '@actions/core', 'yaml']) expect(licenses).toContain(`${name} (`);
    expect(licenses).toContain('Apache License');
  });
});
