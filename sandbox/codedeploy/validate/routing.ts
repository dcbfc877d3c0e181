/** How a deployment configuration shifts traffic (API_TrafficRoutingConfig; quotas in limits.html). */

import type { TrafficRoutingConfig } from '@aws-sdk/client-codedeploy';
import { refuse } from '../exceptions.ts';

const MAX_PERCENTAGE = 99;
/** Two days between the first and the last shift. */
const MAX_SHIFT_MINUTES = 2_880;

const bad = (message: string) => refuse('InvalidTrafficRoutingConfigurationException', message);

/** @throws InvalidTrafficRoutingConfigurationException */
export function readRouting(config: TrafficRoutingConfig | undefined): TrafficRoutingConfig {
  const { timeBasedCanary: canary, timeBasedLinear: linear } = config ?? {};
  switch (config?.type) {
    case 'AllAtOnce':
      if (canary || linear) throw bad('AllAtOnce has neither timeBasedCanary nor timeBasedLinear');
      return { type: 'AllAtOnce' };
    case 'TimeBasedCanary': {
      if (!canary || linear) throw bad('TimeBasedCanary needs timeBasedCanary alone');
      check(canary.canaryPercentage, canary.canaryInterval, 1);
      return { type: 'TimeBasedCanary', timeBasedCanary: canary };
    }
    case 'TimeBasedLinear': {
      if (!linear || canary) throw bad('TimeBasedLinear needs timeBasedLinear alone');
      check(linear.linearPercentage, linear.linearInterval, Math.ceil(100 / (linear.linearPercentage ?? 1)) - 1);
      return { type: 'TimeBasedLinear', timeBasedLinear: linear };
    }
    default:
      throw bad(
        config?.type === undefined
          ? 'A deployment configuration for the ECS compute platform must have a traffic routing configuration'
          : `The traffic routing type ${config.type} is not valid`,
      );
  }
}

/** `waits`: how often the interval passes between the first and the last shift. */
function check(percentage: number | undefined, interval: number | undefined, waits: number): void {
  if (percentage === undefined || !Number.isInteger(percentage) || percentage < 1 || percentage > MAX_PERCENTAGE) {
    throw bad(`The percentage must be 1 to ${MAX_PERCENTAGE}`);
  }
  if (interval === undefined || !Number.isInteger(interval) || interval < 1 || interval * waits > MAX_SHIFT_MINUTES) {
    throw bad(`The interval must be at least 1 minute, and all shifts together at most ${MAX_SHIFT_MINUTES} minutes`);
  }
}

export interface TrafficStep {
  readonly percent: number;
  /** Minutes at this share before the next one. */
  readonly minutes: number;
}

/** Linear 30 every 2: 30, 60, 90, 100 with 2 minutes between them; canary 10 with 5: 10, then 100. */
export function stepsOf({ type, timeBasedCanary, timeBasedLinear }: TrafficRoutingConfig): TrafficStep[] {
  const last: TrafficStep = { percent: 100, minutes: 0 };
  if (type === 'TimeBasedCanary') {
    return [{ percent: timeBasedCanary?.canaryPercentage ?? 100, minutes: timeBasedCanary?.canaryInterval ?? 0 }, last];
  }
  if (type === 'TimeBasedLinear') {
    const { linearPercentage: percentage = 100, linearInterval: minutes = 0 } = timeBasedLinear ?? {};
    const count = Math.ceil(100 / percentage) - 1;
    return [...Array.from({ length: count }, (_, i) => ({ percent: percentage * (i + 1), minutes })), last];
  }
  return [last];
}
