/** Looks at the service as its owner could: who has users, how many requests and errors, how many tasks are healthy. */

import {
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Sandbox } from '../sandbox.ts';
import type { Seeded } from '../seed.ts';
import { createRate, type Rate } from './rate.ts';
import type { Side } from './state.ts';
import { type Answers, createTally } from './tally.ts';

export interface Watch {
  /** Both target groups as of the last look. */
  sides(): readonly [Side, Side];
  /** From now on the target group without users is this version's. */
  expect(version: number): void;
  /** To users' requests, from the start on. */
  answersOf(version: number): Answers;
  /** Resolves at the first look after which it holds. Rejects when looking fails. */
  until(holds: (sides: readonly [Side, Side]) => boolean): Promise<void>;
  stop(): Promise<void>;
}

interface Group {
  readonly name: 'blue' | 'green';
  readonly arn: string;
  version: number | undefined;
  share: number;
  healthy: number;
  targets: number;
  /** This version had targets. */
  seen: boolean;
  readonly users: Rate;
  userErrors: number;
  tests: number;
  testErrors: number;
}

const LOOK_EVERY_MS = 300;

export async function startWatch(sandbox: Sandbox, seeded: Seeded): Promise<Watch> {
  const elb = new ElasticLoadBalancingV2Client(sandbox.clientConfig);
  const groups = seeded.targetGroupArns.map(
    (arn, at): Group => ({
      name: at === 0 ? 'blue' : 'green',
      arn,
      version: at === 0 ? 1 : undefined,
      share: 0,
      healthy: 0,
      targets: 0,
      seen: false,
      users: createRate(),
      userErrors: 0,
      tests: 0,
      testErrors: 0,
    }),
  ) as [Group, Group];
  const tally = createTally();
  let waiting: { readonly holds: (sides: readonly [Side, Side]) => boolean; readonly resolve: () => void }[] = [];

  const forget = sandbox.loadBalancing.metrics.onRequest(({ listenerArn, targetGroupArn, status, fromTarget }) => {
    const group = groups.find(({ arn }) => arn === targetGroupArn);
    if (group === undefined) return;
    const failed = status >= 400 ? 1 : 0;
    if (listenerArn === seeded.testListenerArn) {
      group.tests += 1;
      group.testErrors += failed;
    } else {
      group.users.add();
      group.userErrors += failed;
      if (group.version !== undefined) tally.add(group.version, { status, fromVersion: fromTarget });
    }
  });

  const look = async (): Promise<void> => {
    const [{ Rules }, ...healths] = await Promise.all([
      elb.send(new DescribeRulesCommand({ RuleArns: [seeded.productionRuleArn] })),
      ...groups.map(({ arn }) => elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }))),
    ]);
    const weights = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
    const all = weights.reduce((sum, { Weight = 0 }) => sum + Weight, 0);
    for (const [at, group] of groups.entries()) {
      const weight = weights.find(({ TargetGroupArn }) => TargetGroupArn === group.arn)?.Weight ?? 0;
      const states = (healths[at]?.TargetHealthDescriptions ?? [])
        .map(({ TargetHealth }) => TargetHealth?.State)
        .filter((state) => state !== 'draining');
      group.share = all === 0 ? 0 : (100 * weight) / all;
      group.targets = states.length;
      group.seen ||= states.length > 0;
      group.healthy = states.filter((state) => state === 'healthy').length;
    }
  };

  const sides = (): readonly [Side, Side] => {
    const side = (group: Group): Side => ({
      group: group.name,
      version: group.version,
      gone: group.seen && group.targets === 0,
      share: group.share,
      usersPerS: group.users.perSecond(),
      userErrors: group.userErrors,
      tests: group.tests,
      testErrors: group.testErrors,
      healthy: group.healthy,
      targets: group.targets,
    });
    return [side(groups[0]), side(groups[1])];
  };

  await look();
  let stopped = false;
  let wake: () => void = () => undefined;
  const looking = (async () => {
    while (!stopped) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_EVERY_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      if (stopped) return;
      await look();
      const now = sides();
      for (const { holds, resolve } of waiting) if (holds(now)) resolve();
      waiting = waiting.filter(({ holds }) => !holds(now));
    }
  })();
  // Told to whoever waits, and once more by stop().
  looking.catch(() => undefined);

  return {
    sides,
    expect(version) {
      const idle = groups.find(({ share }) => share === 0);
      if (idle === undefined) throw new Error('both target groups have users: no room for another version');
      Object.assign(idle, { version, seen: false, userErrors: 0, tests: 0, testErrors: 0 });
    },
    answersOf: (version) => tally.of(version),
    until: (holds) =>
      Promise.race([
        holds(sides()) ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ holds, resolve })),
        looking,
      ]),
    async stop() {
      stopped = true;
      wake();
      forget();
      await looking.catch(() => undefined);
      elb.destroy();
    },
  };
}
