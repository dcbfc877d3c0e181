/** How often and in what order errands go out, whatever happens to them. */
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { GitHubError } from '../../src/core/errors.ts';
import {
  BEFORE_FIRST_MS,
  createMessenger,
  type Errand,
  GAP_MS,
  LAST_MS,
  type Surface,
} from '../../src/reporter/messenger.ts';
import { createFakeClock, type FakeClock } from '../fakes/clock.ts';
import { rememberingLog } from '../fakes/ports.ts';

// An hour of errands is some thousand turns of the event loop.
jest.setTimeout(60_000);

const SURFACES: readonly Surface[] = ['checks', 'deployments', 'pull-requests'];
const FAILURES = ['permission', 'limit', 'gone', 'invalid', 'server', 'network'] as const;
const HOUR_MS = 3_600_000;

interface Answer {
  readonly tookMs: number;
  readonly failure: GitHubError['failure'] | undefined;
}

interface Sent {
  readonly surface: Surface;
  readonly news: number;
  readonly at: number;
  endedAt: number | undefined;
}

/** News are numbers that grow; what is told is the newest. */
function stage(answers: (nth: number) => Answer) {
  const clock: FakeClock = createFakeClock();
  const lines: string[] = [];
  const sent: Sent[] = [];
  const news = new Map<Surface, number>();
  const told = new Map<Surface, number>();
  const next = (isLeft: (surface: Surface) => boolean): Errand | undefined => {
    const surface = SURFACES.find((one) => !isLeft(one) && news.get(one) !== told.get(one));
    if (surface === undefined) return undefined;
    const latest = news.get(surface) ?? 0;
    return {
      surface,
      async run() {
        const { tookMs, failure } = answers(sent.length);
        const one: Sent = { surface, news: latest, at: clock.now(), endedAt: undefined };
        sent.push(one);
        await clock.sleep(tookMs);
        one.endedAt = clock.now();
        if (failure !== undefined) {
          throw new GitHubError(
            failure,
            `do it: ${failure}`,
            failure === 'permission' ? { permission: 'x: write' } : {},
          );
        }
        told.set(surface, latest);
      },
    };
  };
  const messenger = createMessenger(next, { clock, log: rememberingLog(lines), hint: '' });
  return { clock, lines, sent, news, told, messenger };
}

const GOOD: Answer = { tookMs: 200, failure: undefined };

describe('whatever GitHub does and whatever happens', () => {
  const answer = fc.record({
    tookMs: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 12_000 })),
    failure: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.constantFrom(...FAILURES)),
  });
  const event = fc.record({ at: fc.integer({ min: 0, max: HOUR_MS }), surface: fc.constantFrom(...SURFACES) });

  test('there is one at a time and one in ten seconds, and the end takes five seconds at most', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 600 }),
        fc.array(answer, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: HOUR_MS }),
        async (events, answers, endsAfterMs) => {
          const { clock, sent, news, told, messenger, lines } = stage((nth) => answers[nth % answers.length] ?? GOOD);
          const began = clock.now();
          events.forEach(({ at, surface }, i) => {
            if (at <= endsAfterMs)
              clock.after(at, () => {
                news.set(surface, i + 1);
                messenger.wake();
              });
          });
          await clock.sleep(endsAfterMs);
          const asked = clock.now();
          await messenger.finish();
          const over = clock.now();

          expect(over - asked).toBeLessThanOrEqual(LAST_MS);
          const before = sent.filter(({ at }) => at < asked).map(({ at }) => at);
          expect((before[0] ?? asked) - began).toBeGreaterThanOrEqual(Math.min(BEFORE_FIRST_MS, endsAfterMs));
          expect(Math.min(...before.slice(1).map((at, i) => at - (before[i] ?? 0)), GAP_MS)).toBe(GAP_MS);
          expect(before.length).toBeLessThanOrEqual(1 + (asked - began) / GAP_MS);
          const overlaps = sent.slice(1).filter(({ at }, i) => at < (sent[i]?.endedAt ?? Number.POSITIVE_INFINITY));
          expect(overlaps).toEqual([]);
          // What was not told has been warned of.
          const isRest = SURFACES.some((surface) => news.get(surface) !== told.get(surface));
          expect(isRest && lines.length === 0).toBe(false);

          const count = sent.length;
          for (const surface of SURFACES) news.set(surface, -1);
          messenger.wake();
          await clock.sleep(60_000);
          expect(sent).toHaveLength(count);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what is told', () => {
  test('is what is news when its turn comes, not what was when it came up', async () => {
    const { clock, sent, news, messenger } = stage(() => GOOD);
    await clock.sleep(500);
    for (let second = 1; second <= 15; second += 1) {
      news.set('checks', second);
      messenger.wake();
      await clock.sleep(1_000);
    }
    expect(sent.map(({ news: one }) => one)).toEqual([3, 13]);
  });

  test('at the end is everything, without a gap, the most urgent first', async () => {
    const { clock, sent, news, messenger, lines } = stage(() => GOOD);
    news.set('checks', 1);
    messenger.wake();
    await clock.sleep(5_000);
    for (const surface of SURFACES) news.set(surface, 2);
    messenger.wake();
    await clock.sleep(100);
    const asked = clock.now();
    await messenger.finish();
    expect(sent.slice(1).map(({ surface, at }) => [surface, at - asked])).toEqual([
      ['checks', 0],
      ['deployments', 200],
      ['pull-requests', 400],
    ]);
    expect([clock.now() - asked, lines]).toEqual([600, []]);
  });

  test.each([
    [
      'of a page that answers with an error, leaves the others to be told',
      'server',
      ['checks', 'deployments', 'pull-requests'],
    ],
    ['that is not reached, is not tried with the others', 'network', ['checks']],
  ] as const)('at the end %s', async (_, failure, tried) => {
    const { sent, news, messenger, lines } = stage((nth) => ({
      tookMs: 200,
      failure: nth === 0 ? failure : undefined,
    }));
    for (const surface of SURFACES) news.set(surface, 1);
    await messenger.finish();
    expect(sent.map(({ surface }) => surface)).toEqual(tried);
    expect(lines).toEqual([expect.stringContaining('checks are left alone: it does not know how it ended')]);
  });

  test('at the end comes after what is on its way: GitHub never has the older words last', async () => {
    const { clock, sent, news, messenger, lines } = stage((nth) => (nth === 0 ? { ...GOOD, tookMs: 4_000 } : GOOD));
    news.set('checks', 1);
    messenger.wake();
    await clock.sleep(4_000);
    news.set('checks', 2);
    await messenger.finish();
    expect(sent.map(({ news: one, at }) => [one, at - (sent[0]?.at ?? 0)])).toEqual([
      [1, 0],
      [2, 4_000],
    ]);
    expect(lines).toEqual([]);
  });

  test('at the end is everything, where GitHub was reached again since it was not', async () => {
    const { clock, sent, news, messenger } = stage((nth) => (nth === 0 ? { ...GOOD, failure: 'network' } : GOOD));
    news.set('checks', 1);
    messenger.wake();
    await clock.sleep(15_000);
    news.set('checks', 2);
    await messenger.finish();
    expect(sent.map(({ news: one }) => one)).toEqual([1, 1, 2]);
  });

  test('too late for the end is nobody’s business any more, whatever comes of it', async () => {
    const { clock, news, messenger, lines } = stage(() => ({ tookMs: 9_000, failure: 'server' }));
    news.set('checks', 1);
    messenger.wake();
    await clock.sleep(4_000);
    await messenger.finish();
    await clock.sleep(20_000);
    expect(lines).toEqual([expect.stringContaining('too slow to be told in 5 s how it ended')]);
  });

  test('at the end is not waited for when there is nothing', async () => {
    const { clock, messenger } = stage(() => GOOD);
    const asked = clock.now();
    await messenger.finish();
    expect(clock.now()).toBe(asked);
  });

  test('under a limit at the end is nothing, and a warning says until when', async () => {
    const { clock, news, messenger, lines } = stage((nth) => (nth === 0 ? { ...GOOD, failure: 'limit' } : GOOD));
    news.set('checks', 1);
    messenger.wake();
    await clock.sleep(5_000);
    const until = new Date(clock.now() - 5_000 + BEFORE_FIRST_MS + 200 + 60_000).toISOString();
    await messenger.finish();
    expect(lines).toEqual([
      `warning: GitHub: do it: limit; by its limit nothing is told before ${until}; the deployment does not depend on it`,
      `warning: GitHub: its limit lasts until ${until}, and it does not know how it ended; the deployment does not depend on it`,
    ]);
  });
});

test('a failure in between is forgotten by an answer', async () => {
  const { clock, sent, news, messenger, lines } = stage((nth) =>
    nth % 3 === 2 ? GOOD : { ...GOOD, failure: 'server' },
  );
  for (let i = 1; i <= 30; i += 1) {
    news.set('checks', i);
    messenger.wake();
    await clock.sleep(10_000);
  }
  await messenger.finish();
  expect(sent.length).toBeGreaterThan(20);
  expect(lines.filter((line) => line.includes('left alone')).length).toBeLessThanOrEqual(1);
});
