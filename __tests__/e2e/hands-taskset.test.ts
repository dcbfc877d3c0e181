import { describe, jest } from '@jest/globals';
import { handStories } from './support/hands.ts';
import { STORY_MS } from './support/world.ts';

jest.setTimeout(STORY_MS);

describe('the hands on a ladder over task sets', () => {
  handStories({
    world: { sandbox: { speed: 60 }, seed: { controller: 'EXTERNAL' } },
    inputs: { steps: '10, 100', hold: '1s', drain: '1s' },
    asksAt: 10,
    everyStep: { inputs: {}, asksAt: [0, 10] },
    superseded: { exitCode: 2, status: 'rolled-back' },
  });
});
