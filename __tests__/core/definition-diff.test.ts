import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { definitionDiff, type FieldChange, pathOf } from '../../src/core/definition-diff.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { sameDefinition } from '../../src/core/same-definition.ts';

const container = (more: JsonObject = {}): JsonObject => ({ name: 'web', image: 'web:1', ...more });
const definition = (more: JsonObject = {}, ...containers: readonly JsonObject[]): JsonObject => ({
  family: 'web',
  cpu: '256',
  containerDefinitions: containers.length > 0 ? containers : [container()],
  ...more,
});

/** "kind path from to", as one reads it. */
function told(from: JsonObject, to: JsonObject): readonly (readonly [string, string, unknown?, unknown?])[] {
  return definitionDiff(to, from).map(({ kind, keys, from: before, to: after }) => [kind, pathOf(keys), before, after]);
}

describe('the difference of two task definitions', () => {
  test.each<[string, JsonObject, JsonObject, readonly unknown[]]>([
    ['a field of the task', definition(), definition({ cpu: '512' }), [['changed', 'cpu', '256', '512']]],
    ['a field that is new', definition(), definition({ memory: 512 }), [['added', 'memory', undefined, '512']]],
    [
      'a field that is gone',
      definition({ taskRoleArn: 'a' }),
      definition(),
      [['removed', 'taskRoleArn', 'a', undefined]],
    ],
    [
      'an image',
      definition(),
      definition({}, container({ image: 'web:2' })),
      [['changed', 'containerDefinitions[web].image', 'web:1', 'web:2']],
    ],
    [
      'environment by the names of the variables, wherever they stand',
      definition({}, container({ environment: [entry('A', '1'), entry('B', '2'), entry('C', '3')] })),
      definition({}, container({ environment: [entry('D', '4'), entry('C', '3'), entry('B', 'two')] })),
      [
        ['removed', 'containerDefinitions[web].environment.A', '1', undefined],
        ['changed', 'containerDefinitions[web].environment.B', '2', 'two'],
        ['added', 'containerDefinitions[web].environment.D', undefined, '4'],
      ],
    ],
    [
      'secrets by name, with where they are kept',
      definition({}, container({ secrets: [{ name: 'KEY', valueFrom: 'arn:one' }] })),
      definition({}, container({ secrets: [{ name: 'KEY', valueFrom: 'arn:two' }] })),
      [['changed', 'containerDefinitions[web].secrets.KEY', 'arn:one', 'arn:two']],
    ],
    [
      'a port by its number, whatever else of it ECS writes in',
      definition({ networkMode: 'awsvpc' }, container({ portMappings: [{ containerPort: 80 }] })),
      definition({ networkMode: 'awsvpc' }, container({ portMappings: [{ containerPort: 80, name: 'http' }] })),
      [['added', 'containerDefinitions[web].portMappings[80/tcp].name', undefined, 'http']],
    ],
    [
      'a container that is new, field by field',
      definition(),
      definition({}, container(), { name: 'log', image: 'log:1' }),
      [
        ['added', 'containerDefinitions[log].cpu', undefined, 0],
        ['added', 'containerDefinitions[log].essential', undefined, true],
        ['added', 'containerDefinitions[log].image', undefined, 'log:1'],
        ['added', 'containerDefinitions[log].name', undefined, 'log'],
      ],
    ],
    [
      'a list without an order as a set',
      definition({ requiresCompatibilities: ['EC2', 'FARGATE'] }),
      definition({ requiresCompatibilities: ['FARGATE', 'EXTERNAL'] }),
      [
        ['added', 'requiresCompatibilities', undefined, 'EXTERNAL'],
        ['removed', 'requiresCompatibilities', 'EC2', undefined],
      ],
    ],
    [
      'a command as a whole: its words have an order',
      definition({}, container({ command: ['a', 'b'] })),
      definition({}, container({ command: ['b', 'a'] })),
      [['changed', 'containerDefinitions[web].command', ['a', 'b'], ['b', 'a']]],
    ],
    [
      'entries of one name as a whole: nothing tells them apart',
      definition({}, container({ environment: [entry('A', '1'), entry('A', '2')] })),
      definition({}, container({ environment: [entry('A', '1')] })),
      [['changed', 'containerDefinitions[web].environment', [entry('A', '1'), entry('A', '2')], [entry('A', '1')]]],
    ],
    [
      'a label with dots and one that has the name of a list',
      definition({}, container({ dockerLabels: { 'com.example.a': '1' } })),
      definition({}, container({ dockerLabels: { 'com.example.a': '2', volumes: 'x' } })),
      [
        ['changed', 'containerDefinitions[web].dockerLabels.com.example.a', '1', '2'],
        ['added', 'containerDefinitions[web].dockerLabels.volumes', undefined, 'x'],
      ],
    ],
    [
      'a container that has the name of a list',
      definition({}, { name: 'volumes', image: 'a' }),
      definition({}, { name: 'volumes', image: 'b' }),
      [['changed', 'containerDefinitions[volumes].image', 'a', 'b']],
    ],
    [
      'tags by key',
      definition({ tags: [{ key: 'team', value: 'a' }] }),
      definition({ tags: [{ key: 'team', value: 'b' }] }),
      [['changed', 'tags.team', 'a', 'b']],
    ],
    [
      'what stands deep',
      definition({}, container({ linuxParameters: { capabilities: { add: ['A'] }, initProcessEnabled: true } })),
      definition({}, container({ linuxParameters: { capabilities: { add: ['A', 'B'] }, initProcessEnabled: true } })),
      [['changed', 'containerDefinitions[web].linuxParameters.capabilities.add', ['A'], ['A', 'B']]],
    ],
  ])('tells %s', (_what, from, to, changes) => {
    expect(told(from, to)).toEqual(changes.map((change) => [...(change as unknown[])]));
  });

  test('is none for what ECS writes in, orders anew or keeps for itself', () => {
    const file = definition(
      {},
      container({ environment: [entry('A', '1'), entry('B', '2')], portMappings: [{ containerPort: 80 }] }),
    );
    const answer = definition(
      { revision: 7, status: 'ACTIVE', taskDefinitionArn: 'arn', volumes: [], tags: [{ key: 'a', value: 'b' }] },
      container({
        essential: true,
        cpu: 0,
        environment: [entry('B', '2'), entry('A', '1')],
        portMappings: [{ containerPort: 80, hostPort: 0, protocol: 'tcp' }],
      }),
    );
    expect(definitionDiff(file, answer)).toEqual([]);
  });
});

function entry(name: string, value: string): JsonObject {
  return { name, value };
}

// ------------------------------------------------------------------ properties

const name = fc.constantFrom('A', 'B', 'C', 'volumes', 'environment', '__proto__');
const entries = fc.array(fc.record({ name, value: fc.constantFrom('', '1', '2') }), { maxLength: 3 });
const containers = fc.array(
  fc.record(
    {
      name: fc.constantFrom('web', 'log', 'environment'),
      image: fc.constantFrom('a', 'b'),
      essential: fc.boolean(),
      environment: entries,
      secrets: fc.array(fc.record({ name, valueFrom: fc.constantFrom('x', 'y') }), { maxLength: 2 }),
      command: fc.array(fc.constantFrom('p', 'q'), { maxLength: 3 }),
      portMappings: fc.array(fc.record({ containerPort: fc.constantFrom(80, 81) }), { maxLength: 2 }),
      dockerLabels: fc.dictionary(name, fc.constantFrom('1', '2')),
      logConfiguration: fc.record({
        logDriver: fc.constant('awslogs'),
        secretOptions: fc.array(fc.record({ name, valueFrom: fc.constant('x') }), { maxLength: 2 }),
      }),
    },
    { requiredKeys: ['name', 'image'] },
  ),
  { maxLength: 3 },
);
const definitions = fc.record(
  {
    family: fc.constant('web'),
    cpu: fc.constantFrom('256', 256, '0.25 vCPU', '512'),
    requiresCompatibilities: fc.subarray(['EC2', 'FARGATE', 'EXTERNAL']),
    tags: fc.uniqueArray(fc.record({ key: name, value: fc.constantFrom('1', '2') }), { selector: ({ key }) => key }),
    containerDefinitions: containers,
  },
  { requiredKeys: ['family', 'containerDefinitions'] },
) as fc.Arbitrary<JsonObject>;

describe('for any two task definitions', () => {
  test('the difference is empty exactly when they say the same', () => {
    fc.assert(
      fc.property(definitions, definitions, (one, other) => {
        expect(definitionDiff(one, other).length === 0).toBe(sameDefinition(one, other));
        expect(definitionDiff(one, one)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('the way back is the same fields, the other way round', () => {
    const turned = ({ kind, keys, from, to }: FieldChange): unknown => ({
      kind: kind === 'added' ? 'removed' : kind === 'removed' ? 'added' : kind,
      keys,
      from: to,
      to: from,
    });
    const sorted = (changes: readonly unknown[]) => changes.map((change) => JSON.stringify(change)).sort();
    // Without tags of its own a candidate says nothing about tags, which is no matter of both.
    const tagged = definitions.map((one) => ({ ...one, tags: [{ key: 'team', value: 'a' }] }));
    fc.assert(
      fc.property(tagged, tagged, (one, other) => {
        expect(sorted(definitionDiff(one, other))).toEqual(sorted(definitionDiff(other, one).map(turned)));
      }),
      { numRuns: 300 },
    );
  });

  test('to take the changes over, field by field, is to have the other one', () => {
    const tidy = containers.filter((list) => new Set(list.map((one) => one.name)).size === list.length);
    const leafy = tidy.map((list) =>
      definition({}, ...list.map(({ name: own, image, dockerLabels = {} }) => ({ name: own, image, dockerLabels }))),
    );
    fc.assert(
      fc.property(leafy, leafy, (from, to) => {
        expect(leaves(apply(from, definitionDiff(to, from)))).toEqual(leaves(to));
      }),
      { numRuns: 300 },
    );
  });
});

/** Containers of name, image and labels alone, with the changes taken over. */
function apply(from: JsonObject, changes: readonly FieldChange[]): JsonObject {
  const byPath = new Map(leaves(from));
  for (const { keys, to } of changes) {
    if (to === undefined) byPath.delete(JSON.stringify(keys));
    else byPath.set(JSON.stringify(keys), to);
  }
  const made = new Map<string, { [key: string]: Json }>();
  for (const [path, value] of byPath) {
    const [top, own = '', field = '', label] = JSON.parse(path) as string[];
    if (top !== 'containerDefinitions') continue;
    const one: { [key: string]: Json } = made.get(own) ?? { dockerLabels: {} };
    made.set(own, one);
    if (label === undefined) one[field] = value;
    else
      one['dockerLabels'] = Object.fromEntries([...Object.entries(one['dockerLabels'] as JsonObject), [label, value]]);
  }
  return definition({}, ...made.values());
}

/** What stands where, in one order; what ECS writes in is left to it. */
function leaves(of: JsonObject): readonly (readonly [string, Json])[] {
  const list = of['containerDefinitions'] as readonly JsonObject[];
  const found = list.flatMap((one) =>
    Object.entries(one).flatMap(([field, value]): [string, Json][] => {
      const keys = ['containerDefinitions', String(one['name']), field];
      if (field !== 'dockerLabels') return [[JSON.stringify(keys), value]];
      return Object.entries(value as JsonObject).map(([label, text]) => [JSON.stringify([...keys, label]), text]);
    }),
  );
  return found.filter(([path]) => !/"(essential|cpu)"\]$/.test(path)).sort(([a], [b]) => (a < b ? -1 : 1));
}
