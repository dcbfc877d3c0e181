/** Which files of a workspace are the repository's, and as the repository has them. */
import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { repositoryFile } from '../src/plan-repository.ts';
import { onGitHub } from './fakes/github.ts';

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'greenlight-repository-')));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const git = (place: string, ...args: readonly string[]) => execFileSync('git', ['-C', place, ...args]);

/** A checkout of this repository, or of another one, with these files in it. */
async function checkOut(place: string, remote: string, files: readonly string[]): Promise<string> {
  for (const file of files) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await writeFile(join(place, file), `{"file":"${file}"}\n`);
  }
  await mkdir(place, { recursive: true });
  git(place, 'init', '--quiet');
  git(place, 'remote', 'add', 'origin', remote);
  git(place, '-c', 'core.autocrlf=false', 'add', '.');
  return place;
}

const OURS = 'https://github.com/example/shop';
const context = onGitHub();

test('a committed file is as committed until a step writes to it; one that a step has made is untracked', async () => {
  const workspace = await checkOut(join(folder, 'plain'), OURS, ['ecs/web.json', 'ecs/long/'.padEnd(200, 'x')]);
  const of = (path: string) => repositoryFile(join(workspace, path), { workspace, github: context });
  expect(await of('ecs/web.json')).toEqual({
    path: 'ecs/web.json',
    text: '{"file":"ecs/web.json"}\n',
    state: 'as-committed',
  });
  expect((await of('ecs/long/'.padEnd(200, 'x')))?.state).toBe('as-committed');
  await appendFile(join(workspace, 'ecs/web.json'), ' ');
  expect((await of('ecs/web.json'))?.state).toBe('changed');
  await writeFile(join(workspace, 'ecs/rendered.json'), '{}');
  expect((await of('ecs/rendered.json'))?.state).toBe('untracked');
  expect(await of('ecs/none.json')).toBeUndefined();
});

test('a file outside the workspace is not of the repository, also when a link in it leads there', async () => {
  const workspace = await checkOut(join(folder, 'inside'), OURS, ['a.json']);
  await writeFile(join(folder, 'outside.json'), '{}');
  await symlink(join(folder, 'outside.json'), join(workspace, 'link.json'));
  await symlink(join(workspace, 'a.json'), join(workspace, 'b.json'));
  const of = (path: string) => repositoryFile(path, { workspace, github: context });
  expect(await of(join(folder, 'outside.json'))).toBeUndefined();
  expect(await of(join(workspace, 'link.json'))).toBeUndefined();
  expect((await of(join(workspace, 'b.json')))?.path).toBe('a.json');
});

test.each([
  ['https://github.com/example/shop', 'ecs/web.json'],
  ['https://github.com/Example/Shop.git', 'ecs/web.json'],
  ['git@github.com:example/shop.git', 'ecs/web.json'],
  ['https://github.com/example/other', undefined],
  ['https://github.com/not-example/shop', undefined],
  ['https://github.com/other/example/shopping', undefined],
])('in a folder of its own the checkout of %s has the path %s', async (remote, path) => {
  const workspace = await realpath(await mkdtemp(join(folder, 'nested-')));
  await checkOut(join(workspace, 'source'), remote, ['ecs/web.json']);
  const found = await repositoryFile(join(workspace, 'source/ecs/web.json'), { workspace, github: context });
  expect(found?.path).toBe(path);
});

test('a submodule is another repository, and without an index nobody knows what is committed', async () => {
  const workspace = await realpath(await mkdtemp(join(folder, 'bare-')));
  await mkdir(join(workspace, 'module'));
  await writeFile(join(workspace, 'module/.git'), 'gitdir: ../elsewhere\n');
  await writeFile(join(workspace, 'module/web.json'), '{}');
  await writeFile(join(workspace, 'web.json'), '{}');
  expect(await repositoryFile(join(workspace, 'module/web.json'), { workspace, github: context })).toBeUndefined();
  expect((await repositoryFile(join(workspace, 'web.json'), { workspace, github: context }))?.state).toBe('unknown');
});
