/** Defaults of a deploymentConfiguration, and what an update leaves as it was. */

import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';

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

/** A member that the update leaves out stays; one that it names is replaced as a whole. */
export function merged(
  current: DeploymentConfiguration,
  update: DeploymentConfiguration | undefined,
): DeploymentConfiguration {
  if (update === undefined) return current;
  const named = Object.fromEntries(Object.entries(update).filter(([, value]) => value !== undefined && value !== null));
  return defaulted({ ...current, ...named });
}
