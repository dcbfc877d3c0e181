/**
 * ECS's and the load balancer's answers about task sets and rules, as far as they are used; `raw` and `actions` are whole,
 * because what is created or written next has to have everything that was there.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskSet.html
 */
import type { JsonObject } from './json.ts';

export interface TaskSetFacts {
  readonly taskSetArn: string;
  /** `ecs-svc/1234567890123456789`: short enough for a tag's value. */
  readonly id: string;
  /** PRIMARY, ACTIVE, or DRAINING: on its way out, its targets are being taken off the load balancer. */
  readonly status: string;
  readonly taskDefinition: string;
  readonly externalId: string | undefined;
  /** Percent of the service's desired count. */
  readonly scale: number;
  readonly computedDesiredCount: number;
  readonly runningCount: number;
  readonly pendingCount: number;
  /** STEADY_STATE: as many as wanted run, none is pending, and every health check of theirs passes, the load balancer's too. */
  readonly isSteady: boolean;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly targetGroupArn: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
  /** As ECS answered it. */
  readonly raw: JsonObject;
}

/** A listener's rule. The default action of a listener is a rule too: read like the others, written through its listener. */
export interface TrafficRule {
  readonly ruleArn: string;
  readonly listenerArn: string;
  readonly isDefault: boolean;
  /** Everything that the load balancer answered of its actions. */
  readonly actions: readonly JsonObject[];
}
