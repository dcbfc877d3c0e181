import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../src/core/json.ts';
import { renderTaskDefinition, sameDefinition, type TaskDefinitionChange } from '../../src/core/task-definition.ts';

const nothing: TaskDefinitionChange = {
  container: undefined,
  image: undefined,
  environment: new Map(),
  secrets: new Map(),
};

const web: JsonObject = {
  family: 'web',
  containerDefinitions: [
    { name: 'app', image: 'old', environment: [{ name: 'A', value: '1' }], secrets: [{ name: 'S', valueFrom: '/s' }] },
    { name: 'log', image: 'fluent', essential: false },
  ],
};

function rendered(base: JsonObject, change: Partial<TaskDefinitionChange>) {
  const result = renderTaskDefinition(base, { ...nothing, ...change });
  if ('faults' in result) throw new Error(JSON.stringify(result.faults));
  return result;
}
const app = (definition: JsonObject) => (definition['containerDefinitions'] as readonly JsonObject[])[0];

describe('a rendered task definition', () => {
  test('gives the image to the only essential container, and says which that is', () => {
    const { definition, container } = rendered(web, { image: 'new' });
    expect(container).toBe('app');
    expect(definition).toEqual({
      ...web,
      containerDefinitions: [
        { ...app(web), image: 'new' },
        { name: 'log', image: 'fluent', essential: false },
      ],
    });
  });

  test('has none of the fields that only ECS writes', () => {
    const answer: JsonObject = {
      ...web,
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7',
      revision: 7,
      status: 'ACTIVE',
      requiresAttributes: [{ name: 'x' }],
      compatibilities: ['EC2', 'FARGATE'],
      registeredAt: 1,
      registeredBy: 'arn:aws:iam::123456789012:role/ci',
      deregisteredAt: 2,
      deleteRequestedAt: 3,
    };
    expect(rendered(answer, {}).definition).toEqual(web);
  });

  test("keeps the user's tags, not AWS's own, and no empty list of tags", () => {
    const own = { key: 'team', value: 'a' };
    const tagged = { ...web, tags: [own, { key: 'aws:cloudformation:stack-name', value: 'x' }] };
    expect(rendered(tagged, {}).definition['tags']).toEqual([own]);
    expect(rendered({ ...web, tags: [] }, {}).definition).toEqual(web);
  });

  test('sets variables in place, adds new ones at the end, and leaves the others', () => {
    const { definition } = rendered(web, { environment: new Map([...Object.entries({ B: '', A: '2' })]) });
    expect(app(definition)?.['environment']).toEqual([
      { name: 'A', value: '2' },
      { name: 'B', value: '' },
    ]);
    expect(app(definition)?.['image']).toBe('old');
  });

  test('a name that moves from environment to secrets, or back, leaves its old place', () => {
    const { definition } = rendered(web, { environment: new Map([['S', 'x']]), secrets: new Map([['A', '/a']]) });
    expect(app(definition)).toMatchObject({
      environment: [{ name: 'S', value: 'x' }],
      secrets: [{ name: 'A', valueFrom: '/a' }],
    });
  });

  test('a name that was there twice is there once', () => {
    const twice = { name: 'A', value: '1' };
    const base = { containerDefinitions: [{ name: 'app', environment: [twice, { name: 'A', value: '9' }] }] };
    expect(app(rendered(base, { environment: new Map([['A', '2']]) }).definition)?.['environment']).toEqual([
      { name: 'A', value: '2' },
    ]);
  });

  test('with two essential containers it is asked which one, by name', () => {
    const base = { containerDefinitions: [{ name: 'app' }, { name: 'proxy', essential: true }] };
    expect(renderTaskDefinition(base, { ...nothing, image: 'new' })).toEqual({
      faults: [
        { subject: 'container', problem: expect.stringContaining('2 essential'), fix: 'write one of app, proxy' },
      ],
    });
    expect(rendered(base, { image: 'new', container: 'proxy' }).container).toBe('proxy');
  });

  test('a container that is not there is named, and those that are', () => {
    expect(renderTaskDefinition(web, { ...nothing, image: 'new', container: 'ap' })).toEqual({
      faults: [{ subject: 'container', problem: expect.stringContaining('"ap"'), fix: 'write one of app, log' }],
    });
  });

  test('where nothing is to change, no container has to be found', () => {
    expect(
      rendered({ family: 'x', containerDefinitions: [{ name: 'a' }, { name: 'b' }] }, {}).container,
    ).toBeUndefined();
  });

  const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonObject[string]>;
  const unknownFields = fc.dictionary(fc.stringMatching(/^x[a-z]{1,8}$/), json) as fc.Arbitrary<JsonObject>;
  const text = fc.string({ minLength: 1, maxLength: 6 });
  const pairs = fc.dictionary(text, fc.string({ maxLength: 6 })).map((entries) => new Map(Object.entries(entries)));
  const world = fc.record({ onTask: unknownFields, onContainer: unknownFields, onOther: unknownFields, given: pairs });
  const baseOf = (parts: { onTask: JsonObject; onContainer: JsonObject; onOther: JsonObject }): JsonObject => ({
    ...parts.onTask,
    family: 'web',
    containerDefinitions: [
      { ...parts.onContainer, name: 'app', image: 'old' },
      { ...parts.onOther, name: 'side', essential: false },
    ],
  });

  test('whatever fields ECS may yet get, they survive, and nothing but what was asked for changes', () => {
    fc.assert(
      fc.property(world, (parts) => {
        const { definition } = rendered(baseOf(parts), { image: 'new', environment: parts.given });
        const environment = [...parts.given].map(([name, value]) => ({ name, value }));
        expect(definition).toEqual({
          ...parts.onTask,
          family: 'web',
          containerDefinitions: [
            { ...parts.onContainer, name: 'app', image: 'new', ...(environment.length > 0 && { environment }) },
            { ...parts.onOther, name: 'side', essential: false },
          ],
        });
      }),
    );
  });

  test('rendering twice is rendering once', () => {
    fc.assert(
      fc.property(world, (parts) => {
        const change = { image: 'new', environment: parts.given };
        const once = rendered(baseOf(parts), change).definition;
        expect(rendered(once, change).definition).toEqual(once);
        expect(sameDefinition(rendered(once, change).definition, once)).toBe(true);
      }),
    );
  });
});

describe('two definitions say the same', () => {
  const mine: JsonObject = {
    family: 'web',
    networkMode: 'awsvpc',
    cpu: '.25 vCPU',
    memory: '0.5GB',
    requiresCompatibilities: ['FARGATE'],
    containerDefinitions: [
      {
        name: 'app',
        image: 'web@sha256:1',
        portMappings: [{ containerPort: 8080 }],
        environment: [
          { name: 'B', value: '2' },
          { name: 'A', value: '' },
        ],
        healthCheck: { command: ['CMD', 'true'] },
      },
    ],
  };
  const theirs: JsonObject = {
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7',
    revision: 7,
    status: 'ACTIVE',
    family: 'web',
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    volumes: [],
    placementConstraints: [],
    requiresCompatibilities: ['FARGATE'],
    enableFaultInjection: false,
    containerDefinitions: [
      {
        name: 'app',
        image: 'web@sha256:1',
        cpu: 0,
        essential: true,
        portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
        environment: [
          { value: '', name: 'A' },
          { name: 'B', value: '2' },
        ],
        mountPoints: [],
        volumesFrom: [],
        systemControls: [],
        healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 },
      },
    ],
    tags: [{ key: 'team', value: 'a' }],
  };
  const bend = (change: JsonObject): JsonObject => ({
    ...mine,
    containerDefinitions: [{ ...(app(mine) as JsonObject), ...change }],
  });

  test('what ECS writes in by itself is no difference', () => expect(sameDefinition(mine, theirs)).toBe(true));

  test.each<[string, JsonObject]>([
    ['the image', bend({ image: 'web@sha256:2' })],
    [
      'a value',
      bend({
        environment: [
          { name: 'B', value: '3' },
          { name: 'A', value: '' },
        ],
      }),
    ],
    ['an empty variable that goes', bend({ environment: [{ name: 'B', value: '2' }] })],
    ['the order of a command', bend({ command: ['a', 'b'] })],
    ['a port', bend({ portMappings: [{ containerPort: 8081 }] })],
    ['a health check', bend({ healthCheck: { command: ['CMD', 'true'], interval: 10 } })],
    ['a field that nobody here knows', bend({ brandNew: 1 })],
    ['the size', { ...mine, cpu: '512' }],
    ['a tag', { ...mine, tags: [{ key: 'team', value: 'b' }] }],
  ])('%s is a difference', (_, candidate) => expect(sameDefinition(candidate, theirs)).toBe(false));

  test('the order of a command counts', () => {
    expect(sameDefinition(bend({ command: ['a', 'b'] }), bend({ command: ['b', 'a'] }))).toBe(false);
  });

  test('in bridge mode a host port of 0 and none are the same, and another is not', () => {
    const bridge = (port: JsonObject): JsonObject => ({
      networkMode: 'bridge',
      containerDefinitions: [{ name: 'app', portMappings: [port] }],
    });
    expect(sameDefinition(bridge({ containerPort: 80 }), bridge({ containerPort: 80, hostPort: 0 }))).toBe(true);
    expect(sameDefinition(bridge({ containerPort: 80 }), bridge({ containerPort: 80, hostPort: 80 }))).toBe(false);
  });
});
