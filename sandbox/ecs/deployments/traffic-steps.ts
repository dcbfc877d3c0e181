/** BLUE_GREEN, LINEAR and CANARY are one list of shares of the production traffic, with other numbers. */

import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';

/** API_LinearConfiguration and API_CanaryConfiguration */
export const LINEAR_DEFAULTS = { stepPercent: 10, stepBakeTimeInMinutes: 6 } as const;
export const CANARY_DEFAULTS = { canaryPercent: 5, canaryBakeTimeInMinutes: 10 } as const;

export interface TrafficStep {
  /** Share of the target revision after the step; one decimal at most. */
  readonly percent: number;
  /** Minutes to stay at this share before the next step; none at 100 %. */
  readonly bakeMinutes: number;
}

const ALL: TrafficStep = { percent: 100, bakeMinutes: 0 };

/** Whether ECS moves the traffic from one target group to the other, which a rolling update never does. */
export const shiftsTraffic = ({ strategy }: DeploymentConfiguration): boolean =>
  strategy !== undefined && strategy !== 'ROLLING';

/**
 * The shares in order; the last one is 100.
 *
 * BLUE_GREEN: 100. LINEAR 25: 25, 50, 75, 100. LINEAR 33.3: 33.3, 66.6, 99.9, 100. LINEAR 60: 60, 100.
 * CANARY 0.1: 0.1, 100. CANARY 100: 100.
 */
export function trafficSteps(configuration: DeploymentConfiguration): readonly TrafficStep[] {
  switch (configuration.strategy) {
    case 'LINEAR': {
      const {
        stepPercent = LINEAR_DEFAULTS.stepPercent,
        stepBakeTimeInMinutes: bake = LINEAR_DEFAULTS.stepBakeTimeInMinutes,
      } = configuration.linearConfiguration ?? {};
      return ladder(tenths(stepPercent), Number.POSITIVE_INFINITY, bake);
    }
    case 'CANARY': {
      const {
        canaryPercent = CANARY_DEFAULTS.canaryPercent,
        canaryBakeTimeInMinutes: bake = CANARY_DEFAULTS.canaryBakeTimeInMinutes,
      } = configuration.canaryConfiguration ?? {};
      return ladder(tenths(canaryPercent), 1, bake);
    }
    default:
      return [ALL];
  }
}

/** Counts in tenths of a percent, where 33.3 % three times is 99.9 % and nothing else. */
function ladder(stepTenths: number, most: number, bakeMinutes: number): TrafficStep[] {
  const steps: TrafficStep[] = [];
  for (let n = 1; n <= most && n * stepTenths < 1000; n += 1) {
    steps.push({ percent: (n * stepTenths) / 10, bakeMinutes });
  }
  return [...steps, ALL];
}

const tenths = (percent: number): number => Math.round(percent * 10);

/** The other side's share: 100 - 33.3 is 66.7. */
export const rest = (percent: number): number => (1000 - tenths(percent)) / 10;

/**
 * A pair of listener weights, whole numbers from 0 to 999, whose shares are exactly `percent` and the rest:
 * of 100 where the percentage is whole (25 and 75), else of 1000 (1 and 999 for 0.1 %).
 */
export function weights(percent: number): readonly [to: number, from: number] {
  const share = tenths(percent);
  return share % 10 === 0 ? [share / 10, 100 - share / 10] : [share, 1000 - share];
}
