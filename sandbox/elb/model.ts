import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetState } from '../contracts.ts';
import type { Connection } from './data-plane/connection.ts';
import type { Route } from './data-plane/route.ts';

/** The load balancer's own state: what the control plane writes and the data plane reads on every request. */
export interface Store {
  readonly loadBalancers: Map<string, LoadBalancer>;
  readonly listeners: Map<string, Listener>;
  readonly rules: Map<string, Rule>;
  readonly targetGroups: Map<string, TargetGroup>;
  /** Who is told of a rule's weights after its actions were written. */
  readonly onForward: Set<(ruleArn: string, weights: ReadonlyMap<string, number>) => void>;
}

export type Tags = Map<string, string>;

export interface LoadBalancer {
  readonly arn: string;
  /** `app/name/id`, the value of CloudWatch's dimension LoadBalancer. */
  readonly dimension: string;
  readonly name: string;
  readonly scheme: 'internet-facing' | 'internal';
  readonly ipAddressType: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly createdTime: Date;
  readonly attributes: Map<string, string>;
  readonly tags: Tags;
}

/** What a listener asks of its socket. */
export interface ListenerSocket {
  readonly port: number;
  close(): Promise<void>;
}

export interface Listener {
  readonly arn: string;
  readonly loadBalancer: LoadBalancer;
  readonly protocol: 'HTTP';
  readonly defaultRule: Rule;
  readonly tags: Tags;
  /** In the order of evaluation, the default rule last. */
  rules: Rule[];
  socket: ListenerSocket;
}

export interface Rule {
  readonly arn: string;
  readonly listenerArn: string;
  readonly tags: Tags;
  priority: number | 'default';
  conditions: readonly RuleCondition[];
  actions: readonly Action[];
  /** Conditions and action as the data plane uses them; rebuilt whenever they change. */
  route: Route;
}

export interface HealthCheck {
  enabled: boolean;
  protocol: 'HTTP';
  /** `traffic-port` or a number. */
  port: string;
  path: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  /** For example `200`, `200-299`, `200,204`. */
  matcher: string;
}

export interface TargetGroup {
  readonly arn: string;
  /** `targetgroup/name/id`, the value of CloudWatch's dimension TargetGroup. */
  readonly dimension: string;
  readonly name: string;
  readonly protocol: 'HTTP';
  readonly protocolVersion: string;
  readonly port: number;
  readonly vpcId: string | undefined;
  readonly targetType: 'ip' | 'instance';
  readonly healthCheck: HealthCheck;
  readonly attributes: Map<string, string>;
  readonly tags: Tags;
  /** By `id:port`. Draining targets are in it until their delay is over. */
  readonly targets: Map<string, RegisteredTarget>;
  /** The only load balancer whose rules name it; undefined when no rule does. */
  usedBy: LoadBalancer | undefined;
  /** Whose turn it is in round robin. */
  turn: number;
}

/** A request on its way through the load balancer. */
export interface InFlight {
  /** Ends it because its target's deregistration delay is over. */
  cutOff(): void;
}

export interface RegisteredTarget {
  readonly id: string;
  readonly port: number;
  readonly key: string;
  state: TargetState;
  reason: string | undefined;
  description: string | undefined;
  /** Consecutive health checks with the same outcome. */
  readonly streak: { passed: number; failed: number };
  readonly inFlight: Set<InFlight>;
  /** Open connections to the target that carry nothing now, the most recently used last. */
  readonly idle: Connection[];
  /** Called each time the last request in flight has ended. */
  onQuiet: (() => void) | undefined;
  stopHealthChecks: (() => void) | undefined;
}
