import type { LoadBalancing, Target, TargetState } from '../../../../sandbox/contracts.ts';
import type { FakeClock } from './clock.ts';

export interface FakeLoadBalancing extends LoadBalancing {
  /** Every order in its order: `forward <rule> a=100 b=0`, `register <group>`, `drain <group>`, `drained <group>`. */
  readonly journal: string[];
  putRule(arn: string, weights: Readonly<Record<string, number>>): void;
  dropRule(arn: string): void;
  dropGroup(arn: string): void;
  set(targetGroupArn: string, target: Target, state: TargetState): void;
  targets(targetGroupArn: string): Target[];
}

/** Targets are healthy `healthyMs` after they were registered, unless `isSick`; they drain for `drainMs`. */
export function fakeLoadBalancing(
  clock: FakeClock,
  groups: readonly string[],
  isSick: (address: string) => boolean,
  { healthyMs = 2_000, drainMs = 5_000 } = {},
): FakeLoadBalancing {
  const known = new Set(groups);
  const rules = new Map<string, Map<string, number>>();
  const states = new Map<string, { readonly group: string; readonly target: Target; state: TargetState }>();
  const listeners = new Set<(group: string, target: Target, state: TargetState) => void>();
  const journal: string[] = [];
  const key = (group: string, { id, port }: Target): string => `${group} ${id}:${port}`;
  const name = (arn: string): string => arn.split('/').at(-2) ?? arn;
  const set = (group: string, target: Target, state: TargetState): void => {
    states.set(key(group, target), { group, target, state });
    for (const fn of listeners) fn(group, target, state);
  };
  return {
    journal,
    forward: (rule) => rules.get(rule),
    setForward(rule, weights) {
      journal.push(`forward ${name(rule)} ${[...weights].map(([arn, weight]) => `${name(arn)}=${weight}`).join(' ')}`);
      rules.set(rule, new Map(weights));
    },
    targetGroup: (arn) => (known.has(arn) ? { name: name(arn), targetType: 'ip' } : undefined),
    register(group, target) {
      journal.push(`register ${name(group)}`);
      set(group, target, 'initial');
      clock.after(healthyMs, () => {
        if (states.get(key(group, target))?.state !== 'initial') return;
        set(group, target, isSick(target.id) ? 'unhealthy' : 'healthy');
      });
    },
    async deregister(group, target) {
      if (!states.has(key(group, target))) return;
      journal.push(`drain ${name(group)}`);
      set(group, target, 'draining');
      await new Promise<void>((resolve) => clock.after(drainMs, resolve));
      states.delete(key(group, target));
      journal.push(`drained ${name(group)}`);
    },
    state: (group, target) => states.get(key(group, target))?.state ?? 'unused',
    onTargetState(fn) {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
    putRule: (arn, weights) => void rules.set(arn, new Map(Object.entries(weights))),
    dropRule: (arn) => void rules.delete(arn),
    dropGroup: (arn) => void known.delete(arn),
    set,
    targets: (group) => [...states.values()].filter((one) => one.group === group).map(({ target }) => target),
  };
}
