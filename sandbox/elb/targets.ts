import type { SandboxClock, Target, TargetState } from '../contracts.ts';
import { closeIdle } from './data-plane/connection.ts';
import { type CheckResult, checkRepeatedly } from './health-check.ts';
import type { LoadBalancer, RegisteredTarget, TargetGroup } from './model.ts';

export type StateListener = (targetGroupArn: string, target: Target, state: TargetState) => void;

/** The life of targets: registered, checked, drained. */
export interface Targets {
  register(group: TargetGroup, target: Target): void;
  /** Resolves when no request is in flight to it, or when the deregistration delay has cut those off. */
  deregister(group: TargetGroup, target: Target): Promise<void>;
  state(group: TargetGroup, target: Target): TargetState;
  /** Tells a group which load balancer's rules name it; checks begin with the first and end with the last. */
  use(group: TargetGroup, loadBalancer: LoadBalancer | undefined): void;
  /** The group's health check has changed. */
  restartChecks(group: TargetGroup): void;
  onState(fn: StateListener): () => void;
  close(): void;
}

export interface TargetsParts {
  readonly clock: SandboxClock;
  /** The number of healthy or unhealthy targets of a group may have changed. */
  changed(group: TargetGroup): void;
  groups(): Iterable<TargetGroup>;
}

/** How often connections to targets that were not used for long are closed. */
const SWEEP_EVERY_MS = 500;

const NOT_IN_USE = {
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
};
const REGISTERING = { reason: 'Elb.RegistrationInProgress', description: 'Target registration is in progress' };
const CHECKING = { reason: 'Elb.InitialHealthChecking', description: 'Initial health checks in progress' };
const DRAINING = { reason: 'Target.DeregistrationInProgress', description: 'Target deregistration is in progress' };

export function targetKey(target: Target): string {
  return `${target.id}:${target.port}`;
}

export function createTargets({ clock, changed, groups }: TargetsParts): Targets {
  const listeners = new Set<StateListener>();
  const sweep = setInterval(() => {
    for (const group of groups()) for (const target of group.targets.values()) closeIdle(target, 'expired');
  }, SWEEP_EVERY_MS);
  sweep.unref();
  /** Promises of drainings, so that a second deregister waits for the same end. */
  const drained = new WeakMap<RegisteredTarget, Promise<void>>();

  const setState = (
    group: TargetGroup,
    target: RegisteredTarget,
    state: TargetState,
    why?: { readonly reason: string; readonly description: string },
  ): void => {
    const before = target.state;
    target.state = state;
    target.reason = why?.reason;
    target.description = why?.description;
    if (state === before) return;
    changed(group);
    for (const fn of listeners) fn(group.arn, { id: target.id, port: target.port }, state);
  };

  /**
   * The first check alone decides that a new target is healthy; any other change takes the threshold's number of checks
   * (docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html).
   */
  const onResult = (group: TargetGroup, target: RegisteredTarget, result: CheckResult): void => {
    const { streak } = target;
    const { healthyThreshold, unhealthyThreshold } = group.healthCheck;
    if (result.passed) {
      streak.passed += 1;
      streak.failed = 0;
      if (target.state === 'initial' || streak.passed >= healthyThreshold) setState(group, target, 'healthy');
      return;
    }
    streak.failed += 1;
    streak.passed = 0;
    if (target.state === 'unhealthy' || streak.failed >= unhealthyThreshold) {
      setState(group, target, 'unhealthy', result);
    } else if (target.state === 'initial') {
      setState(group, target, 'initial', CHECKING);
    }
  };

  const start = (group: TargetGroup, target: RegisteredTarget): void => {
    target.stopHealthChecks?.();
    target.stopHealthChecks = undefined;
    target.streak.passed = 0;
    target.streak.failed = 0;
    if (!group.usedBy) {
      setState(group, target, 'unused', NOT_IN_USE);
      return;
    }
    if (!group.healthCheck.enabled) {
      setState(group, target, 'healthy');
      return;
    }
    setState(group, target, 'initial', REGISTERING);
    target.stopHealthChecks = checkRepeatedly(target, group.healthCheck, clock, (result) =>
      onResult(group, target, result),
    );
  };

  const remove = (group: TargetGroup, target: RegisteredTarget): void => {
    if (group.targets.get(target.key) !== target) return;
    group.targets.delete(target.key);
    setState(group, target, 'unused', { reason: 'Target.NotRegistered', description: 'Target is not registered' });
  };

  /**
   * docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay:
   * no new request; done as soon as nothing is in flight, though shown as draining until the delay is over; what is still
   * in flight then is cut off.
   */
  const drain = (group: TargetGroup, target: RegisteredTarget): Promise<void> => {
    target.stopHealthChecks?.();
    target.stopHealthChecks = undefined;
    setState(group, target, 'draining', DRAINING);
    closeIdle(target, 'all');
    const delayMs = Number(group.attributes.get('deregistration_delay.timeout_seconds')) * 1_000;
    return new Promise((resolve) => {
      const quiet = (): void => {
        target.onQuiet = undefined;
        resolve();
      };
      clock.after(delayMs, () => {
        for (const request of [...target.inFlight]) request.cutOff();
        remove(group, target);
        quiet();
      });
      if (target.inFlight.size === 0) quiet();
      else target.onQuiet = quiet;
    });
  };

  return {
    register(group, { id, port }) {
      const key = targetKey({ id, port });
      const known = group.targets.get(key);
      if (known && known.state !== 'draining') return;
      const target: RegisteredTarget = {
        id,
        port,
        key,
        state: 'unused',
        reason: undefined,
        description: undefined,
        streak: { passed: 0, failed: 0 },
        inFlight: new Set(),
        idle: [],
        onQuiet: undefined,
        stopHealthChecks: undefined,
      };
      group.targets.set(key, target);
      start(group, target);
    },
    deregister(group, target) {
      const registered = group.targets.get(targetKey(target));
      if (!registered) return Promise.resolve();
      let done = drained.get(registered);
      if (!done) {
        if (group.usedBy) {
          done = drain(group, registered);
        } else {
          remove(group, registered);
          done = Promise.resolve();
        }
        drained.set(registered, done);
      }
      return done;
    },
    state: (group, target) => group.targets.get(targetKey(target))?.state ?? 'unused',
    use(group, loadBalancer) {
      const before = group.usedBy;
      group.usedBy = loadBalancer;
      if (before === loadBalancer) return;
      for (const target of [...group.targets.values()]) {
        if (target.state !== 'draining') start(group, target);
      }
    },
    restartChecks(group) {
      for (const target of group.targets.values()) {
        if (!target.stopHealthChecks) {
          if (target.state !== 'draining') start(group, target);
          continue;
        }
        target.stopHealthChecks();
        target.stopHealthChecks = undefined;
        if (!group.healthCheck.enabled) {
          start(group, target);
          continue;
        }
        // The state stays until the new checks have an opinion of their own.
        target.streak.passed = 0;
        target.streak.failed = 0;
        target.stopHealthChecks = checkRepeatedly(target, group.healthCheck, clock, (result) =>
          onResult(group, target, result),
        );
      }
    },
    onState(fn) {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
    close() {
      clearInterval(sweep);
      for (const group of groups()) {
        for (const target of group.targets.values()) {
          target.stopHealthChecks?.();
          closeIdle(target, 'all');
        }
      }
    },
  };
}
