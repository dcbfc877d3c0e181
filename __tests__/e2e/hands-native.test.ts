import { describe, jest } from '@jest/globals';
import { handStories } from './support/hands.ts';
import { STORY_MS } from './support/world.ts';

jest.setTimeout(STORY_MS);

describe("the hands on a canary of ECS's own", () => {
  handStories({
    world: { sandbox: { speed: 60 }, seed: { strategy: 'CANARY' } },
    inputs: { steps: '25, 100', hold: '1s', 'hold-limit': '20m' },
    asksAt: 25,
    everyStep: { inputs: {}, asksAt: [0, 25] },
    superseded: { exitCode: 3, status: 'superseded' },
  });
});
