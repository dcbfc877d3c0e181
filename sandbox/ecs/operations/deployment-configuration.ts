/** Defaults of a deploymentConfiguration, and what an update leaves as it was. */

import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { CANARY_DEFAULTS, LINEAR_DEFAULTS } from '../deployments/traffic-steps.ts';

/** The defaults that DescribeServices shows for a replica service (API_DeploymentConfiguration). */
export function defaulted(given: DeploymentConfiguration): DeploymentConfiguration {
  return {
    ...given,
    maximumPercent: given.maximumPercent ?? 200,
    minimumHealthyPercent: given.minimumHealthyPercent ?? 100,
    strategy: given.strategy ?? 'ROLLING',
    deploymentCircuitBreaker: {
      enable: false,
      rollback: false,
      resetOnHealthyTask: true,
      thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
      ...given.deploymentCircuitBreaker,
    },
    ...(given.strategy === 'LINEAR'
      ? { linearConfiguration: { ...LINEAR_DEFAULTS, ...given.linearConfiguration } }
      : {}),
    ...(given.strategy === 'CANARY'
      ? { canaryConfiguration: { ...CANARY_DEFAULTS, ...given.canaryConfiguration } }
      : {}),
    ...(given.lifecycleHooks === undefined ? {} : { lifecycleHooks: given.lifecycleHooks.map(hook) }),
  };
}

const hook = (given: NonNullable<DeploymentConfiguration['lifecycleHooks']>[number]) => ({
  ...given,
  targetType: given.targetType ?? ('AWS_LAMBDA' as const),
  timeoutConfiguration: {
    timeoutInMinutes: given.timeoutConfiguration?.timeoutInMinutes ?? 1440,
    action: given.timeoutConfiguration?.action ?? ('ROLLBACK' as const),
  },
});

/**
 * A member that the update leaves out stays; one that it names is replaced as a whole. The numbers of a strategy that
 * the update leaves behind go with it.
 */
export function merged(
  current: DeploymentConfiguration,
  update: DeploymentConfiguration | undefined,
): DeploymentConfiguration {
  if (update === undefined) return current;
  const named = Object.fromEntries(Object.entries(update).filter(([, value]) => value !== undefined && value !== null));
  const strategy = update.strategy ?? current.strategy;
  const { linearConfiguration, canaryConfiguration, ...kept } = current;
  return defaulted({
    ...kept,
    ...(strategy === 'LINEAR' && linearConfiguration !== undefined ? { linearConfiguration } : {}),
    ...(strategy === 'CANARY' && canaryConfiguration !== undefined ? { canaryConfiguration } : {}),
    ...named,
  });
}
