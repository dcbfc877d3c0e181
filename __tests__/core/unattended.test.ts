/** What becomes of a rollout that no job looks after, and how a person goes on. */
import { describe, expect, test } from '@jest/globals';
import type { Look } from '../../src/core/observation.ts';
import { howToGoOn, unattended } from '../../src/core/unattended.ts';

const look = (part: Partial<Look>): Look => ({
  stage: 'X',
  movement: 'waiting',
  pause: undefined,
  share: 20,
  candidate: { requested: 1, running: 1, pending: 0 },
  stable: { requested: 2, running: 2, pending: 0 },
  end: undefined,
  note: undefined,
  ...part,
});

describe('what becomes of a rollout without a job', () => {
  test.each<readonly [name: string, seen: Look | undefined]>([
    ['at a pause', look({})],
    ['between two pauses', look({ movement: 'moving', share: 60 })],
    ['at the pause after the last shift', look({ share: 100 })],
    ['never looked at', undefined],
  ])('ECS, %s: a pause turns back, between pauses it goes on', (_name, seen) => {
    expect(unattended('native', seen)).toContain('turns back by itself when it expires; between pauses ECS goes on');
  });

  test.each<Look['movement']>(['moving', 'baking', 'finishing'])(
    'ECS, %s with all of the users: it finishes',
    (movement) => {
      expect(unattended('native', look({ share: 100, movement }))).toBe('ECS finishes it by itself');
    },
  );

  test.each<Look | undefined>([undefined, look({}), look({ share: 100, movement: 'baking' })])(
    'task sets stay as they are, and CodeDeploy goes by its own clock, wherever they stand',
    (seen) => {
      expect(unattended('taskset', seen)).toMatch(/^it stays as it is, users included/);
      expect(unattended('codedeploy', seen)).toMatch(/^before the shift CodeDeploy stops it .+ goes on by itself$/);
    },
  );
});

test('the ways to go on name the place, for a workflow and for a terminal', () => {
  const place = { cluster: 'arn:aws:ecs:eu-west-1:111122223333:cluster/demo', service: 'web' };
  const lines = howToGoOn(place);
  expect(lines).toHaveLength(2);
  for (const [index, command] of ['promote', 'rollback'].entries()) {
    expect(lines[index]).toContain(`command: ${command}`);
    expect(lines[index]).toContain(
      `INPUT_COMMAND=${command} INPUT_CLUSTER=${place.cluster} INPUT_SERVICE=web node dist/index.js`,
    );
  }
  expect(lines[0]).toContain(`cluster: ${place.cluster}, service: web (to: 100 for all at once)`);
});
