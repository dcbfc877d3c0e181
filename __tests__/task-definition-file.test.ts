import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FaultsFound } from '../src/core/errors.ts';
import { readTaskDefinitionFile } from '../src/task-definition-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-task-definition-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, text: string) {
  const path = join(folder, name);
  await writeFile(path, text);
  return readTaskDefinitionFile(path);
}

const web = { family: 'web', containerDefinitions: [{ name: 'app', image: 'x', cpu: 0 }], brandNew: { a: [1, null] } };

test.each([
  ['web.json', JSON.stringify(web)],
  ['bom.json', `\uFEFF${JSON.stringify(web, null, 2)}`],
  [
    'web.yaml',
    '# ours\nfamily: web\ncontainerDefinitions:\n  - { name: app, image: x, cpu: 0 }\nbrandNew: { a: [1, null] }\n',
  ],
  [
    'merged.yaml',
    'family: web\ncontainerDefinitions:\n  - <<: { image: x, cpu: 1 }\n    name: app\n    cpu: 0\nbrandNew: { a: [1, null] }\n',
  ],
  ['trailing.json', JSON.stringify({ ...web, brandNew: undefined }).replace(/\}$/, ',"brandNew":{"a":[1,null,],},}')],
  ['answer.json', JSON.stringify({ taskDefinition: web })],
])('%s is read as it is', async (name, text) => {
  expect(await read(name, text)).toEqual(web);
});

test('an answer of DescribeTaskDefinition keeps its tags', async () => {
  const tags = [{ key: 'team', value: 'a' }];
  expect(await read('tags.json', JSON.stringify({ taskDefinition: web, tags }))).toEqual({ ...web, tags });
});

test.each([
  ['empty.json', ' \n', /is empty/],
  ['broken.json', '{\n  "family": "web",\n  "containerDefinitions": [\n', /line \d: /],
  ['broken.yaml', 'family: web\ncpu: [1, }\n', /line 2: /],
  ['comment.json', '{\n  // ours\n  "family": "web",\n  "containerDefinitions": []\n}', /line 2: \/\/ is no comment/],
  ['after.json', '{\n  "cpu": "1", /* ours */\n  "containerDefinitions": []\n}', /line 2: \/\* is no comment/],
  ['anchor.yaml', 'containerDefinitions: *none\n', /cannot be read: Unresolved alias/],
  ['endless.yaml', 'x: &x [*x]\ncontainerDefinitions: []\n', /cannot be read/],
  ['two.yaml', 'containerDefinitions: []\n---\na: 1\n', /line 2: a second document/],
  ['deep.json', `{"containerDefinitions":[],"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, /more than 50 levels/],
  ['list.json', '[]', /is not an object/],
  ['text.yaml', 'hello', /is not an object/],
  ['none.json', '{"family":"web"}', /has no containerDefinitions/],
  ['odd.json', '{"containerDefinitions":{}}', /not a list of objects/],
  ['odd-entry.json', '{"containerDefinitions":["app"]}', /not a list of objects/],
  ['cloudformation.yaml', 'Family: web\nContainerDefinitions: []\n', /CloudFormation/],
  ['template.yaml', 'Resources: { Task: { Type: "AWS::ECS::TaskDefinition" } }\n', /CloudFormation/],
])('%s: the fault names the file and what is wrong', async (name, text, problem) => {
  const error = await read(name, text).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FaultsFound);
  const [fault] = (error as FaultsFound).faults;
  expect(fault).toMatchObject({ subject: 'task-definition', problem: expect.stringContaining(join(folder, name)) });
  expect(fault?.problem).toMatch(problem);
});

test('a file that is not there is said so', async () => {
  await expect(readTaskDefinitionFile(join(folder, 'nope.json'))).rejects.toThrow(
    /nope\.json does not exist; .*check the repository out/,
  );
});
