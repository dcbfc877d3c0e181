import { describe, jest } from '@jest/globals';
import { seedCodeDeploy } from '../../sandbox/seed-codedeploy.ts';
import { handStories } from './support/hands.ts';
import { STORY_MS } from './support/world.ts';

jest.setTimeout(STORY_MS);

describe('the hands on a canary of CodeDeploy', () => {
  handStories({
    world: { sandbox: { speed: 60 }, seed: { controller: 'CODE_DEPLOY' } },
    prepare: seedCodeDeploy,
    inputs: { steps: '25, 100', hold: '1m', bake: '1m', 'hold-limit': '20m' },
    // CodeDeploy can wait for a person before the shift, and nowhere else.
    asksAt: 0,
    everyStep: { inputs: { steps: '100', hold: '1s' }, asksAt: [0] },
    superseded: { exitCode: 2, status: 'rolled-back' },
  });
});
