/** What fails a deployment from outside its story: the circuit breaker and the alarms. */

import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { ServiceDeployment } from '../model.ts';
import type { World } from '../world.ts';
import { interrupt } from './story.ts';

/**
 * How many failed tasks trip the breaker (API_ThresholdConfiguration): half of the desired count by default, never
 * below 3 nor above 200; UNBOUNDED_PERCENT leaves the bounds out, COUNT is the number itself.
 * desired 1: 3; desired 25: 13; desired 800: 200.
 */
export function breakerThreshold(configuration: DeploymentConfiguration, desired: number): number {
  const { type, value } = configuration.deploymentCircuitBreaker?.thresholdConfiguration ?? {};
  if (type === 'COUNT') return value ?? 3;
  const share = Math.max(1, Math.ceil((desired * (value ?? 50)) / 100));
  return type === 'UNBOUNDED_PERCENT' ? share : Math.min(200, Math.max(3, share));
}

export function failOnBreaker(world: World, deployment: ServiceDeployment): void {
  const { breaker, target, service } = deployment;
  breaker.failureCount = target.failedTasks;
  breaker.threshold = breakerThreshold(deployment.configuration, service.desiredCount);
  if (breaker.status !== 'MONITORING' || breaker.failureCount < breaker.threshold) return;
  breaker.status = 'TRIGGERED';
  target.rolloutStateReason = 'ECS deployment circuit breaker: tasks failed to start.';
  const rollback = deployment.configuration.deploymentCircuitBreaker?.rollback === true;
  interrupt(world, deployment, {
    kind: rollback ? 'rollback' : 'fail',
    reason: `Service deployment ${rollback ? 'rolled back' : 'stopped'} because the circuit breaker threshold was exceeded.`,
    event: 'tasks failed to start.',
  });
}

export function failOnAlarms(world: World, deployment: ServiceDeployment): void {
  const { alarms, target } = deployment;
  if (alarms.status !== 'MONITORING') return;
  const triggered = alarms.names.filter((name) => world.alarms.state(name) === 'ALARM');
  if (triggered.length === 0) return;
  alarms.status = 'TRIGGERED';
  alarms.triggered = triggered;
  target.rolloutStateReason = 'ECS deployment failed: alarm detected.';
  const rollback = deployment.configuration.alarms?.rollback === true;
  interrupt(world, deployment, {
    kind: rollback ? 'rollback' : 'fail',
    reason: `Service deployment ${rollback ? 'rolled back' : 'stopped'} because of one or more active alarms.`,
    event: 'alarm detected.',
  });
}

/** An alarm that is in ALARM when the deployment begins switches the watch off (developer guide, deployment-alarm-failure). */
export function monitorsAtStart(
  world: World,
  configuration: DeploymentConfiguration,
  desired: number,
): Pick<ServiceDeployment, 'breaker' | 'alarms'> {
  const { alarms, deploymentCircuitBreaker: breaker } = configuration;
  const names = alarms?.alarmNames ?? [];
  const watched = alarms?.enable === true && names.every((name) => world.alarms.state(name) !== 'ALARM');
  return {
    breaker: {
      status: breaker?.enable === true ? 'MONITORING' : 'DISABLED',
      failureCount: 0,
      threshold: breakerThreshold(configuration, desired),
    },
    alarms: { status: watched ? 'MONITORING' : 'DISABLED', names, triggered: [] },
  };
}
