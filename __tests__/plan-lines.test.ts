import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { definitionLines, inputLine, workflowPath } from '../src/plan-lines.ts';

const taskDefinition = {
  family: 'web',
  cpu: '256',
  containerDefinitions: [
    { name: 'log', image: 'log:1' },
    {
      name: 'web',
      image: 'web:1',
      environment: [
        { name: 'MODE', value: 'fast' },
        { name: 'LOG_LEVEL', value: 'info' },
      ],
      secrets: [{ name: 'KEY', valueFrom: 'arn:one' }],
      portMappings: [{ containerPort: 8080 }],
      dockerLabels: { 'com.example.a': '1' },
    },
  ],
};
const web = ['containerDefinitions', 'web'];
const EXPRESSION = ['$', '{{ matrix.service }}'].join('');

/** Each with the piece of text that is to stand on its line. */
const places: readonly (readonly [keys: readonly string[], json: string, yaml: string])[] = [
  [['cpu'], '"cpu": "256"', 'cpu: "256"'],
  [web, '{', 'name: web'],
  [[...web, 'image'], '"image": "web:1"', 'image: web:1'],
  [[...web, 'environment'], '"environment": [', 'environment:'],
  [[...web, 'environment', 'LOG_LEVEL'], '"value": "info"', 'value: info'],
  [[...web, 'secrets', 'KEY'], '"valueFrom": "arn:one"', 'valueFrom: arn:one'],
  [[...web, 'portMappings', '8080/tcp', 'containerPort'], '"containerPort": 8080', 'containerPort: 8080'],
  [[...web, 'dockerLabels', 'com.example.a'], '"com.example.a": "1"', 'com.example.a: "1"'],
];

describe('a field of a task definition', () => {
  const forms: readonly (readonly [string, string, 1 | 2])[] = [
    ['JSON', JSON.stringify(taskDefinition, null, 2), 1],
    ['JSON with tabs and Windows’ line ends', JSON.stringify(taskDefinition, null, '\t').replaceAll('\n', '\r\n'), 1],
    ['JSON as DescribeTaskDefinition answers it', JSON.stringify({ taskDefinition, tags: [] }, null, 4), 1],
    ['YAML', stringify(taskDefinition), 2],
    [
      'YAML with comments and a document’s head',
      `# the task\n---\n# as it is\n${stringify(taskDefinition, { indent: 4 })}`,
      2,
    ],
  ];
  test.each(
    forms.flatMap(([form, text, column]) =>
      places.map((place) => [form, place[0].join('.'), text, place, column] as const),
    ),
  )('in %s: %s has its line', (_form, _path, text, place, column) => {
    const line = definitionLines(text)(place[0]);
    expect(text.split('\n')[(line ?? 0) - 1]?.trim().replace(/,$/, '').replace(/^- /, '')).toBe(place[column]);
  });

  test('that is not there has the line of what it would stand in', () => {
    const text = JSON.stringify(taskDefinition, null, 2);
    const lineOf = (keys: readonly string[]) => text.split('\n')[(definitionLines(text)(keys) ?? 0) - 1]?.trim();
    expect(lineOf([...web, 'environment', 'GONE'])).toBe('"environment": [');
    expect(lineOf(['containerDefinitions', 'gone', 'image'])).toBe('"containerDefinitions": [');
    expect(definitionLines(text)(['memory'])).toBe(1);
    expect(definitionLines(text)([])).toBe(1);
  });

  test('in a text that is no task definition has none, and nothing is thrown', () => {
    for (const text of ['', 'x', '[1]', '{', '- a\n- b', '\u0000', '"', 'a: *b']) {
      expect([undefined, 1]).toContain(definitionLines(text)(['cpu']));
    }
  });

  test('that an alias stands for has the line of the alias', () => {
    const text =
      'family: web\nx: &env\n  - { name: A, value: "1" }\ncontainerDefinitions:\n  - name: web\n    environment: *env\n';
    expect(definitionLines(text)([...web, 'environment', 'A'])).toBe(6);
  });
});

test('however many fields are asked for, the file is read once', () => {
  const entries = Array.from({ length: 3_000 }, (_, index) => ({ name: `V${index}`, value: 'x' }));
  const text = stringify({ containerDefinitions: [{ name: 'web', environment: entries }] });
  const lineOf = definitionLines(text);
  const startedAt = performance.now();
  const lines = entries.map(({ name }) => lineOf([...web, 'environment', name]));
  expect(new Set(lines).size).toBe(entries.length);
  // As many readings would take ten minutes.
  expect(performance.now() - startedAt).toBeLessThan(120_000);
});

test('of a name that is there twice JSON takes the last, and so does the line', () => {
  const text = '{\n  "cpu": "256",\n  "cpu": "512",\n  "containerDefinitions": []\n}';
  expect(JSON.parse(text)).toMatchObject({ cpu: '512' });
  expect(definitionLines(text)(['cpu'])).toBe(3);
});

test('names with dots, brackets, quotes and line ends are names', () => {
  const names = ['a.b', 'a[0]', '"', 'a\nb', '`x`', '__proto__', 'a|b', '<b>'];
  const text = stringify({ containerDefinitions: names.map((name) => ({ name, image: name })) });
  const found = names.map((name) => definitionLines(text)(['containerDefinitions', name, 'image']));
  expect(new Set(found).size).toBe(names.length);
  expect(found).not.toContain(undefined);
});

describe('an input in the workflow', () => {
  const step = (inputs: Readonly<Record<string, string>>) => ({ uses: 'OWNER/greenlight@v0', with: inputs });
  const workflow = (...steps: readonly object[]) =>
    stringify({ on: 'pull_request', jobs: { test: { steps: [{ run: 'true' }] }, plan: { steps } } });
  const lineOf = (text: string, service: string, input: string) =>
    text.split('\n')[(inputLine(text, service, input) ?? 0) - 1]?.trim();

  test('has its line in the step that plans', () => {
    const text = workflow({ uses: 'a/b', with: { hold: '1' } }, step({ command: 'plan', service: 'web', hold: '5' }));
    expect(lineOf(text, 'web', 'hold')).toBe('hold: "5"');
    expect(lineOf(text, 'web', 'gates')).toBe('with:');
  });

  test('is told apart from that of another service, and found where the service is an expression', () => {
    const two = workflow(
      step({ command: 'plan', service: 'web', hold: '1' }),
      step({ command: 'plan', service: 'api', hold: '2' }),
      step({ command: 'deploy', service: 'api', hold: '3' }),
    );
    expect(lineOf(two, 'api', 'hold')).toBe('hold: "2"');
    expect(inputLine(two, 'other', 'hold')).toBeUndefined();
    expect(lineOf(workflow(step({ command: 'plan', service: EXPRESSION, hold: '1' })), 'web', 'hold')).toBe(
      'hold: "1"',
    );
  });

  test('is found through an alias, and where the command is an expression', () => {
    const text = [
      'x: &inputs',
      '  command: plan',
      '  service: web',
      'jobs:',
      '  plan:',
      '    steps:',
      '      - uses: OWNER/greenlight@v0',
      '        with: *inputs',
    ].join('\n');
    expect(lineOf(text, 'web', 'service')).toBe('service: web');
    const choice = ['$', "{{ github.event_name == 'pull_request' && 'plan' || 'deploy' }}"].join('');
    expect(lineOf(workflow(step({ command: choice, service: 'web', hold: '1' })), 'web', 'hold')).toBe('hold: "1"');
  });

  test('has none in a workflow that plans nothing, or in what is no workflow', () => {
    for (const text of ['', 'jobs: 1', '{', workflow(step({ service: 'web' }))]) {
      expect(inputLine(text, 'web', 'service')).toBeUndefined();
    }
  });

  test('is looked for in the file that GITHUB_WORKFLOW_REF names, and nowhere else', () => {
    expect(workflowPath('octo/shop/.github/workflows/plan.yml@refs/pull/7/merge')).toBe('.github/workflows/plan.yml');
    for (const other of ['', 'octo/shop/.github/workflows/../../etc/passwd.yml@x', 'octo/shop/a.yml@main']) {
      expect(workflowPath(other)).toBeUndefined();
    }
  });

  test('has its line in the example as well', () => {
    const text = readFileSync('examples/workflows/plan.yml', 'utf8');
    expect(lineOf(text, 'web', 'service')).toBe('service: web');
  });
});
