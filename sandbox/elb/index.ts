import * as schemas from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancing, Place, SandboxClock, TrafficRoutes } from '../contracts.ts';
import type { AwsService } from '../wire/service.ts';
import { notFound } from './control/errors.ts';
import { type ListenerControl, listenerOperations, removeListeners } from './control/listeners.ts';
import { loadBalancerOperations } from './control/load-balancers.ts';
import { type Compile, refreshUse, ruleOperations, ruleWithArn, setWeights } from './control/rules.ts';
import { tagOperations } from './control/tags.ts';
import { targetGroupOperations } from './control/target-groups.ts';
import { targetOperations } from './control/targets.ts';
import { openListener } from './data-plane/listener.ts';
import { compileRoute, decide, forwardWeights, type RouteParts, type StickyAtZero } from './data-plane/route.ts';
import { createStickyTokens } from './data-plane/stickiness.ts';
import { createRecorder, type LoadBalancerMetrics } from './metrics/recorder.ts';
import type { Listener, Store, TargetGroup } from './model.ts';
import { createTargets } from './targets.ts';

export type { StickyAtZero } from './data-plane/route.ts';
export type { GroupTotals, LoadBalancerMetrics, RequestSeen } from './metrics/recorder.ts';
export { seededRandom } from './random.ts';

export interface LoadBalancingOptions {
  readonly clock: SandboxClock;
  readonly place: Place;
  /** Draws the target group of each request; Math.random unless given. `seededRandom(n)` makes runs repeatable. */
  readonly random?: () => number;
  /** `follow` unless given. */
  readonly stickyAtZero?: StickyAtZero;
}

export interface LoadBalancingParts {
  readonly service: AwsService;
  readonly port: LoadBalancing & TrafficRoutes;
  readonly metrics: LoadBalancerMetrics;
  /** Calls `fn` with a rule's weights after its actions were written, by whomever. Returns the unsubscribe function. */
  onForward(fn: (ruleArn: string, weights: ReadonlyMap<string, number>) => void): () => void;
  /** Where a listener is reached: `http://127.0.0.1:PORT`. Throws ListenerNotFound. */
  url(listenerArn: string): string;
  close(): Promise<void>;
}

/** A target has as long to accept a connection (load-balancer-troubleshooting.html, "HTTP 504"); real time. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Elastic Load Balancing on loopback: the control plane as AWS's service, the data plane as real sockets. */
export function createLoadBalancing(options: LoadBalancingOptions): LoadBalancingParts {
  const { clock, place, random = Math.random, stickyAtZero = 'follow' } = options;
  const store: Store = {
    loadBalancers: new Map(),
    listeners: new Map(),
    rules: new Map(),
    targetGroups: new Map(),
    onForward: new Set(),
  };
  const recorder = createRecorder(clock);
  const groups = (): Iterable<TargetGroup> => store.targetGroups.values();
  const targets = createTargets({ clock, groups, changed: recorder.hosts });
  const parts: RouteParts = {
    random,
    tokens: createStickyTokens(),
    group: (arn) => store.targetGroups.get(arn),
    stickyAtZero,
  };
  const compile: Compile = (conditions, actions) => compileRoute(conditions, actions, parts);

  const control: ListenerControl = {
    store,
    targets,
    compile,
    open(arn, loadBalancer, port) {
      let listener: Listener | undefined;
      return openListener(port, {
        meter: recorder.meterFor(loadBalancer, arn),
        decide(head, clientAddress, at) {
          listener ??= store.listeners.get(arn);
          return decide(listener?.rules ?? [], head, clientAddress, at);
        },
        idleTimeoutMs: () => Number(loadBalancer.attributes.get('idle_timeout.timeout_seconds')) * 1_000,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
      });
    },
  };

  /** Host counts are gauges: published every minute, changed or not. */
  const everyMinute = setInterval(
    () => {
      for (const group of groups()) if (group.targets.size > 0) recorder.hosts(group);
    },
    Math.max(50, clock.real(60_000) / 2),
  );
  everyMinute.unref();

  const groupWithArn = (arn: string): TargetGroup => {
    const group = store.targetGroups.get(arn);
    if (!group) throw notFound.targetGroup();
    return group;
  };

  const port: LoadBalancing & TrafficRoutes = {
    forward(ruleArn) {
      const rule = store.rules.get(ruleArn);
      return rule && forwardWeights(rule.actions);
    },
    setForward(ruleArn, weights) {
      setWeights(store, ruleWithArn(store, ruleArn), weights, compile);
      refreshUse(store, targets);
    },
    targetGroup(arn) {
      const group = store.targetGroups.get(arn);
      return group && { name: group.name, targetType: group.targetType, isAttached: group.usedBy !== undefined };
    },
    register: (arn, target) => targets.register(groupWithArn(arn), target),
    deregister: (arn, target) => targets.deregister(groupWithArn(arn), target),
    state(arn, target) {
      const group = store.targetGroups.get(arn);
      return group ? targets.state(group, target) : 'unused';
    },
    onTargetState: targets.onState,
    targetGroupNamed: (name) => [...groups()].find((group) => group.name === name)?.arn,
    rulesOf: (listenerArn) => store.listeners.get(listenerArn)?.rules.map(({ arn }) => arn),
  };

  return {
    service: {
      name: 'elasticloadbalancing',
      protocol: 'query',
      namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
      schemas,
      operations: {
        ...loadBalancerOperations({
          store,
          clock,
          place,
          removeListeners: (loadBalancer) =>
            removeListeners(
              control,
              [...store.listeners.values()].filter((listener) => listener.loadBalancer === loadBalancer),
            ),
        }),
        ...listenerOperations(control),
        ...ruleOperations(store, targets, compile),
        ...targetGroupOperations(store, place, targets),
        ...targetOperations(store, targets),
        ...tagOperations(store),
      },
    },
    port,
    metrics: recorder,
    onForward(fn) {
      store.onForward.add(fn);
      return () => store.onForward.delete(fn);
    },
    url(listenerArn) {
      const listener = store.listeners.get(listenerArn);
      if (!listener) throw notFound.listener();
      return `http://127.0.0.1:${listener.socket.port}`;
    },
    async close() {
      clearInterval(everyMinute);
      targets.close();
      await removeListeners(control, [...store.listeners.values()]);
      targets.close();
    },
  };
}
