/** Rollouts as the reports are given them: a hostile one, a long one, and the parts that they are made of. */
import type { Gate, Verdict } from '../../src/core/gate.ts';
import type { Look } from '../../src/core/observation.ts';
import { ladder, type Plan, type Step } from '../../src/core/plan.ts';
import { NOTHING_DONE, type Result } from '../../src/core/result.ts';
import type { EndedJob } from '../../src/report/ended-job.ts';
import { beginHistory, type History, remember, type Told } from '../../src/report/history.ts';
import { METRICS_GATE } from '../fakes/metrics-gate.ts';

export const MINUTE = 60_000;
export const BEGAN = Date.UTC(2026, 4, 4, 12);

export const METRICS = METRICS_GATE;
export const TARGETS: Gate = { kind: 'targets' };

export function planOf(shares: readonly number[], gates: readonly Gate[] = [TARGETS]): Plan {
  return {
    steps: ladder(shares, 5 * MINUTE),
    bakeMs: 0,
    gates,
    timeoutMs: 60 * MINUTE,
    onCancel: 'rollback',
    holdLimitMs: 0,
    onInconclusive: 'rollback',
    waitForApprovalMs: 0,
    promoteWithinMs: 60 * MINUTE,
  };
}

export function look(minute: number, share: number, of: Partial<Look> & { readonly running?: number } = {}): Told {
  const { running = 2, ...rest } = of;
  return {
    kind: 'look',
    at: BEGAN + minute * MINUTE,
    look: {
      stage: 'BAKE_TIME',
      movement: 'waiting',
      pause: undefined,
      share,
      candidate: { requested: 2, running, pending: 2 - running },
      stable: { requested: 2, running: 2, pending: 0 },
      end: undefined,
      note: undefined,
      ...rest,
    },
  };
}

export function reading(
  minute: number,
  verdict: Verdict,
  share: number,
  of: {
    readonly gate?: Gate;
    readonly sentence?: string;
    readonly evidence?: unknown;
    readonly isOnTheWay?: boolean;
  } = {},
): Told {
  const { gate = TARGETS, sentence = '2 of 2 targets healthy', isOnTheWay = false, evidence } = of;
  const step: Step = { share, holdMs: 0 };
  const at = BEGAN + minute * MINUTE;
  return {
    kind: 'reading',
    at,
    gate,
    step,
    verdict,
    sentence,
    isOnTheWay,
    ...(evidence === undefined ? {} : { evidence }),
  };
}

export function decision(minute: number, order: 'advance' | 'turn-back', reason: string): Told {
  return { kind: 'decision', at: BEGAN + minute * MINUTE, reason, orders: [order] };
}

export function death(
  minute: number,
  log: readonly string[] = [],
  stoppedReason = 'Essential container in task exited',
): Told {
  return {
    kind: 'death',
    at: BEGAN + minute * MINUTE,
    logTail: log,
    death: {
      taskArn: `arn:aws:ecs:eu-west-1:111122223333:task/demo/0f3a9b1c${minute}`,
      taskDefinitionArn: 'web:2',
      stoppedAt: BEGAN,
      stopCode: 'EssentialContainerExited',
      stoppedReason,
      startedBy: undefined,
      containers: [{ name: 'web', exitCode: 1, reason: undefined, image: undefined }],
    },
  };
}

/** What a gate `metrics` leaves: `from` and `to` in minutes since the begin. */
export function evidence(from: number, to: number, errors = 0): object {
  const minutes = (requests: number, bad: number) =>
    Array.from({ length: to - from }, (_, i) => ({ start: BEGAN + (from + i) * MINUTE, requests, errors: bad }));
  return {
    version: 1,
    seen: { now: BEGAN + to * MINUTE, minutes: { candidate: minutes(60, errors), stable: minutes(540, 0) } },
    metrics: [
      {
        metric: 'errors',
        rules: { tolerate: 1 },
        candidate: { requests: 60, bad: errors },
        stable: { requests: 540, bad: 0 },
        ratio: { estimate: Number.POSITIVE_INFINITY, low: 7.5, high: Number.POSITIVE_INFINITY },
        difference: { low: 0.01, high: 0.1 },
        evidence: { harm: 2, harmlessness: 0 },
        dispersion: { factor: 1 },
      },
    ],
  };
}

export function historyOf(plan: Plan, ...events: readonly Told[]): History {
  return events.reduce(remember, beginHistory(BEGAN, plan));
}

const RESULT: Result = {
  ...NOTHING_DONE,
  outcome: { status: 'rolled-back', reason: 'gate targets failed at 10 %: 1 of 2 targets healthy' },
  image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:abc',
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
  previousTaskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1',
  traffic: 0,
};

export function jobOf(
  history: History,
  minutes: number,
  of: Partial<EndedJob> & { readonly end?: Result['outcome'] } = {},
): EndedJob {
  const { end, ...rest } = of;
  const result: Result = { ...RESULT, ...(end === undefined ? {} : { outcome: end }) };
  return {
    service: 'web',
    cluster: 'demo',
    result,
    history,
    startedAt: BEGAN,
    endedAt: BEGAN + minutes * MINUTE,
    ...rest,
  };
}

/** A candidate that the judge turns back at its first step. */
export function turnedBack(): EndedJob {
  const history = historyOf(
    planOf([10, 50, 100], [TARGETS, METRICS]),
    look(0, 0, { stage: 'SCALE_UP', movement: 'preparing', running: 0 }),
    look(1, 0),
    reading(1, 'pass', 0),
    decision(2, 'advance', 'every gate passed before the shift'),
    look(2, 10),
    reading(3, 'pass', 10),
    reading(3, 'hold', 10, { gate: METRICS, sentence: 'no minute has been counted yet' }),
    reading(8, 'fail', 10, {
      gate: METRICS,
      sentence: '5 % of the candidate’s requests failed',
      evidence: evidence(-5, 8, 3),
    }),
    decision(8, 'turn-back', 'gate metrics errors failed at 10 %'),
    look(8, 10, { movement: 'turning-back' }),
    look(9, 0, { movement: 'ended' }),
  );
  return jobOf(history, 9);
}

/** Every text from outside is an attack on the page, on the Markdown and on the diagrams at once. */
export const HOSTILE = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(2)>',
  "' onmouseover='alert(3)",
  '</code></pre><iframe src="https://evil.example/">',
  '`````\n# Heading\n```mermaid\ngraph LR; a-->b',
  '| cell | [link](https://evil.example) ![pic](https://evil.example/x.png)',
  '<!-- --> <details open> &lt;b&gt; $`x^2`$ @octocat #1 https://evil.example www.evil.example',
  '%%{init: {"securityLevel": "loose"}}%% : , ; done, crit\nclick a href "https://evil.example"',
  '\u001b[31mred\u001b[0m \u202e right to left \u0000 nul \ud800 half',
] as const;

/** A terminal's escape, a character that turns the line round, a nul. */
export const UNFIT = ['\u001b', '\u202e', '\u0000'];

export function hostile(): EndedJob {
  const all = HOSTILE.join(' ');
  const gates: readonly Gate[] = HOSTILE.map((command) => ({ kind: 'run', command, withinMs: 1 }));
  const history = historyOf(
    planOf([10, 100], gates),
    look(0, 0, { stage: all, note: all }),
    ...gates.map((gate, i) => reading(i + 1, 'fail', 0, { gate, sentence: HOSTILE[i] ?? '' })),
    { kind: 'blind', at: BEGAN + MINUTE, problem: all },
    death(2, HOSTILE, all),
    decision(3, 'turn-back', all),
  );
  const base = jobOf(history, 20, { service: all, cluster: all, end: { status: 'could-not-look', reason: all } });
  const names = {
    image: all,
    taskDefinitionArn: all,
    previousTaskDefinitionArn: all,
    deploymentArn: all,
    evidence: all,
  };
  return { ...base, result: { ...base.result, ...names } };
}

/** Twelve hours with ten gates that waver, tasks that die and looks that fail all the time. */
export function endless(): EndedJob {
  const gates: readonly Gate[] = [
    METRICS,
    ...Array.from(
      { length: 9 },
      (_, i): Gate => ({
        kind: 'http',
        url: `https://shop.example.com/a/long/path/${i}`,
        status: 200,
        withinMs: 1_000,
        times: 3,
      }),
    ),
  ];
  const shares = [1, 2, 5, 10, 20, 40, 60, 80, 100];
  const events: Told[] = [];
  for (let minute = 0; minute < 720; minute += 1) {
    const share = shares[Math.floor(minute / 80)] ?? 100;
    for (let i = 0; i < 4; i += 1) events.push(look(minute + i / 4, share, { running: i % 2 }));
    for (const gate of gates) {
      const verdict = minute % 2 === 0 ? 'hold' : 'pass';
      const seen = gate.kind === 'metrics' ? { evidence: evidence(-60, minute, 1) } : {};
      events.push(
        reading(minute, verdict, share, {
          gate,
          sentence: `look ${minute}: ${'not enough evidence yet '.repeat(8)}`,
          ...seen,
        }),
      );
    }
    events.push(
      death(
        minute,
        Array.from({ length: 10 }, () => 'x'.repeat(400)),
      ),
    );
    events.push(decision(minute, 'advance', `decision ${minute}`));
    events.push({ kind: 'blind', at: BEGAN + minute * MINUTE, problem: `ThrottlingException ${minute}` });
  }
  return jobOf(historyOf(planOf(shares, gates), ...events), 720);
}
