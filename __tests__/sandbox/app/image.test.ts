import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { writeBuildContext } from '../../../sandbox/app/docker/context.ts';
import { appSource, demoImage } from '../../../sandbox/app/image.ts';
import { LENDS_LABEL } from '../../../sandbox/contracts.ts';
import type { ImageToPut } from '../../../sandbox/ecr/put-image.ts';

test('an image holds the compiled app, its behaviour as environment, and asks for a Node', () => {
  const image: ImageToPut = demoImage({ version: 3, failPercent: 20, ignoreSigterm: true, smokeFails: false });
  expect(image).toMatchObject({
    repository: 'web',
    tag: '3',
    cmd: ['node', 'server.mjs'],
    workingDir: '/app',
    labels: { [LENDS_LABEL]: 'node' },
    env: { VERSION: '3', FAIL_PERCENT: '20', IGNORE_SIGTERM: '1' },
  });
  expect(image.env).not.toHaveProperty('SMOKE_FAILS');
  expect(image.files.map((file) => file.path)).toEqual(['app/server.mjs']);
});

test('the app imports nothing but Node, so that it runs alone', () => {
  const imports = [...appSource().matchAll(/from\s+['"]([^'"]+)['"]/g)].map((match) => match[1]);
  expect(imports).toEqual(['node:http']);
});

test('the context of a docker build has the Dockerfile and the file that it copies', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'context-'));
  await writeBuildContext(folder);
  const dockerfile = await readFile(join(folder, 'Dockerfile'), 'utf8');
  expect(dockerfile).toMatch(/^FROM greenlight\/node:base$/m);
  expect(dockerfile).toMatch(/^COPY server\.mjs /m);
  expect(await readFile(join(folder, 'server.mjs'), 'utf8')).toBe(appSource());
  await rm(folder, { recursive: true });
});
