/**
 * What docs/judge.md repeats from src/core/judge, between markers: how long it takes until a harm shows, what the gate says, and the
 * numbers of the method.
 *
 *   npx tsx .ci/judge-page.ts     writes them anew
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { MetricsGate } from '../src/core/gate.ts';
import { parseGates } from '../src/core/gate-list.ts';
import type { JsonObject } from '../src/core/json.ts';
import { forecast } from '../src/core/judge/forecast.ts';
import { judge } from '../src/core/judge/judge.ts';
import type { Judgement, JudgeSeen } from '../src/core/judge/judgement.ts';
import type { MetricMinute, ShareChange } from '../src/core/judge/minutes.ts';

/** `page` with its tables and its sentences as the judge has them now. Throws when a marker is missing. */
export function withJudge(page: string): string {
  return [
    ['forecast', forecastTable()] as const,
    ['sentences', sentenceTable()] as const,
    ['stakes', stakesTable()] as const,
    ['numbers', numbersTable()] as const,
  ].reduce((text, [name, content]) => between(text, name, content), page);
}

/** As the settings are when nothing is said of them. */
const GATE = gateOf({});
const LATENCY = gateOf({ latency: '500ms' });
const TOLERANT = gateOf({ errors: { tolerate: 1.5 } });

function gateOf(settings: JsonObject): MetricsGate {
  const [gate] = parseGates([{ metrics: settings }]).gates;
  if (gate?.kind !== 'metrics')
    throw new Error(`these are no settings of the gate metrics: ${JSON.stringify(settings)}`);
  return gate;
}

// ------------------------------------------------------------------ how long it takes

const REQUESTS_A_MINUTE = [60, 600, 6_000, 60_000];
const SHARES = [1, 10, 50];
const RATES = [0.001, 0.005, 0.01];
const RATIOS = [2, 5];
/** At an alpha of 0.01 a single minute convicts nobody. */
const LEAST_MINUTES = 2;

function forecastTable(): string {
  const head = [
    'requests a minute',
    'share',
    ...RATES.flatMap((rate) => RATIOS.map((ratio) => `${percent(rate)}, ×${ratio}`)),
  ];
  const rows = REQUESTS_A_MINUTE.flatMap((requests) =>
    SHARES.map((share) => [
      requests.toLocaleString('en-US'),
      `${share} %`,
      ...RATES.flatMap((rate) => RATIOS.map((ratio) => timeText(minutesUntil(requests, share, rate, ratio)))),
    ]),
  );
  return table(head, rows);
}

function minutesUntil(requests: number, share: number, rate: number, exclude: number): number {
  const [n, m] = [(requests * share) / 100, (requests * (100 - share)) / 100];
  const minute = { candidate: { requests: n, bad: n * rate }, stable: { requests: m, bad: m * rate } };
  const { errors } = GATE.judges;
  if (errors === undefined) throw new Error('errors are not judged unless they are asked for');
  return forecast([minute], { ...errors, alpha: GATE.alpha, exclude, outage: true }, 1).minutes;
}

function timeText(minutes: number): string {
  const whole = Math.max(LEAST_MINUTES, Math.ceil(minutes));
  if (whole < 100) return `${whole} min`;
  const hours = whole / 60;
  return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}

// ------------------------------------------------------------------ what it says

const MINUTE = 60_000;
/** Beginning of the minute in which the candidate's first users came. Nobody can say which version had which part of it. */
const FIRST = Date.UTC(2026, 4, 4, 12);
const INTO_FIRST = 20_000;
const BEFORE = 60;
const STABLE = 0.002;

interface Story {
  readonly means: string;
  /** `GATE` when left out. */
  readonly gate?: MetricsGate;
  readonly requestsAMinute: number;
  readonly share: number;
  /** Minutes with both versions: the first is of both, the second cold. */
  readonly minutes: number;
  /** The candidate's rate of bad requests. */
  readonly rate: number;
  /** Stable's in a minute with both versions, when it is not the usual one. */
  readonly stableRate?: (minute: number) => number;
  /** Stable's bad requests come so many at once. */
  readonly bunch?: number;
  readonly isHoldOver?: true;
  /** The next step has just been reached. */
  readonly nextShare?: number;
}

const STORIES: readonly Story[] = [
  {
    means:
      'Too many, and more than chance explains: it goes back. The last number is the least that holds whatever chance did',
    requestsAMinute: 600,
    share: 10,
    minutes: 4,
    rate: 0.2,
  },
  {
    means: 'An outage counts from the first user on, warm or not',
    requestsAMinute: 600,
    share: 10,
    minutes: 3,
    rate: 0.9,
  },
  {
    means: 'With `tolerate: 1.5`',
    gate: TOLERANT,
    requestsAMinute: 6_000,
    share: 10,
    minutes: 6,
    rate: 0.02,
  },
  {
    means: 'With `latency: 500ms` in place of errors',
    gate: LATENCY,
    requestsAMinute: 6_000,
    share: 10,
    minutes: 5,
    rate: 0.08,
    stableRate: () => 0.01,
  },
  {
    means: 'Nothing speaks against it yet, and the hold goes on',
    requestsAMinute: 300,
    share: 10,
    minutes: 5,
    rate: STABLE,
  },
  {
    means: 'The same where stable’s own errors come many at once, so that many of them say no more than a few would',
    requestsAMinute: 6_000,
    share: 10,
    minutes: 5,
    rate: STABLE,
    bunch: 24,
  },
  {
    means:
      'Something upstream hurt both. It is held against nobody, but in those minutes nothing of the candidate’s own could be seen',
    requestsAMinute: 6_000,
    share: 10,
    minutes: 6,
    rate: STABLE,
    stableRate: (minute) => (minute === 2 || minute === 3 ? 0.2 : STABLE),
  },
  {
    means: 'So much of stable fails that nobody could be compared with it',
    requestsAMinute: 6_000,
    share: 10,
    minutes: 5,
    rate: STABLE,
    stableRate: (minute) => (minute === 4 ? 0.7 : STABLE),
  },
  {
    means: 'At the beginning of a step, and where one of the two has no requests',
    requestsAMinute: 600,
    share: 10,
    minutes: 1,
    rate: STABLE,
  },
  {
    means: 'The hold is over and nothing was found: it goes on. What was not excluded is said',
    requestsAMinute: 600,
    share: 10,
    minutes: 10,
    rate: STABLE,
    isHoldOver: true,
  },
  {
    means: 'More than that is known: with `early: true` the step may end now, with `conclusive: true` it needed this',
    requestsAMinute: 60_000,
    share: 10,
    minutes: 6,
    rate: STABLE,
  },
  {
    means: 'At 100 %',
    requestsAMinute: 600,
    share: 50,
    minutes: 8,
    rate: STABLE,
    nextShare: 100,
  },
];

function sentenceTable(): string {
  return table(
    ['what the gate says', 'what it means'],
    STORIES.map((story) => {
      const { verdict, sentence } = judgementOf(story);
      return [`**${verdict}** \`${sentence}\``, story.means];
    }),
  );
}

function judgementOf(story: Story): Judgement {
  return judge(story.gate ?? GATE, seenOf(story));
}

function seenOf({ requestsAMinute, share, minutes, rate, stableRate, bunch, isHoldOver, nextShare }: Story): JudgeSeen {
  const during = Array.from({ length: minutes }, (_, minute) => minute);
  const both = (minute: number) => stableRate?.(minute) ?? STABLE;
  const n = (requestsAMinute * share) / 100;
  // What hurts stable more than usual hurts the candidate as well.
  const candidate = during.map((minute) => counted(minute, n, Math.max(rate, both(minute))));
  const stable = [
    ...Array.from({ length: BEFORE }, (_, i) => counted(i - BEFORE, requestsAMinute, stableRate?.(0) ?? STABLE, bunch)),
    ...during.map((minute) => counted(minute, requestsAMinute - n, both(minute), bunch)),
  ];
  const now = FIRST + (minutes + 1) * MINUTE;
  const changes: ShareChange[] = [
    { at: FIRST - 1, share: 0, tasks: 2 },
    { at: FIRST + INTO_FIRST, share, tasks: 2 },
    ...(nextShare === undefined ? [] : [{ at: now, share: nextShare, tasks: 2 }]),
  ];
  return {
    minutes: { candidate, stable },
    changes,
    ownRequests: [],
    now,
    holdEndsAt: isHoldOver ? now : now + 30 * MINUTE,
    slowerThanMs: 500,
  };
}

/** So many of each minute's requests are bad that their sum is right: 1.2 a minute is 1, 1, 1, 1, 2 and so on. */
function counted(minute: number, requests: number, rate: number, bunch = 1): MetricMinute {
  const until = (end: number) => Math.floor((end * requests * rate) / bunch) * bunch;
  const bad = until(minute + 1) - until(minute);
  return { start: FIRST + minute * MINUTE, requests: Math.round(requests), errors: bad, slow: bad };
}

// ------------------------------------------------------------------ the numbers of the method

const [TRIAL = '', WAGER = ''] = ['trial', 'wager'].map((name) =>
  readFileSync(new URL(`../src/core/judge/${name}.ts`, import.meta.url), 'utf8'),
);

function stakesTable(): string {
  const times = (of: number) => `×${of}`;
  const power = (of: number) => (of === -1 ? 'E⁰ = 1' : `E^${1 + of}`);
  return table(
    ['the bet that', 'is on', 'each with its part of the stake'],
    (
      [
        ['the rate is more than τ times stable’s', 'RATIOS', times],
        ['the rate is more than the floor', 'RATIOS', times],
        ['it is an outage: the rate is more than τ times stable’s', 'RATIOS', times],
        ['it is an outage: the rate is more than it may be in the cold', 'GROSSLY_ABOVE', times],
        ['the rate is less than E times stable’s', 'NOT_WORSE', power],
        ['the rate is less than the floor; most requests are good', 'BELOW', times],
      ] as const
    ).map(([bet, name, show]) => {
      const pairs = pairsIn(name);
      return [bet, pairs.map(([of]) => show(of)).join(', '), pairs.map(([, part]) => part).join(', ')];
    }),
  );
}

function numbersTable(): string {
  const [least = Number.NaN] = pairsIn('RATIOS').map(([of]) => of);
  const found = (least - 1) / Math.log(least);
  return table(
    ['', '', 'in the code'],
    [
      ['kept back of the stake on harm', percent(numberIn(TRIAL, 'RESERVE')), '`RESERVE`'],
      [
        'of what is kept back, put down before each minute but the first',
        percent(numberIn(WAGER, 'RESERVE_A_MINUTE')),
        '`RESERVE_A_MINUTE`',
      ],
      ['one minute multiplies a stake by at most', `${numberIn(TRIAL, 'MINUTE_LIMIT')}`, '`MINUTE_LIMIT`'],
      ['the same for an outage', `${numberIn(TRIAL, 'OUTAGE_MINUTE_LIMIT')}`, '`OUTAGE_MINUTE_LIMIT`'],
      ['in the cold, an outage is a rate above', percent(numberIn(TRIAL, 'OUTAGE')), '`OUTAGE`'],
      ['of α, for the outage', percent(numberIn(TRIAL, 'OUTAGE_PART')), '`OUTAGE_PART`'],
      ['most requests are good when the rate is below', percent(numberIn(TRIAL, 'DOWN')), '`DOWN`'],
      ['harm below so many times what is tolerated is found by chance alone', found.toPrecision(3), '(a − 1)/log a'],
    ],
  );
}

/** `[1.6, 0.12]` and so on in the declaration of `name`. */
function pairsIn(name: string): readonly (readonly [number, number])[] {
  const [declaration = ''] = new RegExp(`^const ${name}\\b[\\s\\S]*?^[\\])]`, 'm').exec(TRIAL) ?? [];
  const pairs = [...declaration.matchAll(/\[(-?[\d.]+), ([\d.]+)\]/g)];
  if (pairs.length === 0) throw new Error(`src/core/judge/trial.ts has no ${name}`);
  return pairs.map(([, of, part]) => [Number(of), Number(part)] as const);
}

function numberIn(source: string, name: string): number {
  const [, value] = new RegExp(`^(?:export )?const ${name} = ([\\d.]+);`, 'm').exec(source) ?? [];
  if (value === undefined) throw new Error(`src/core/judge has no ${name}`);
  return Number(value);
}

// ------------------------------------------------------------------ Markdown

function percent(part: number): string {
  return `${Number((part * 100).toPrecision(2))} %`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function between(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/judge.md has no ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync('docs/judge.md', withJudge(readFileSync('docs/judge.md', 'utf8')));
}
