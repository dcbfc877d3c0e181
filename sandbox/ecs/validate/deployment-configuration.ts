/** What CreateService and UpdateService refuse at once in a deploymentConfiguration. */

import type { DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { invalid, unsupported } from '../exceptions.ts';

/** developer guide, pause-lifecycle-hooks */
const MOST_HOOKS = 10;
const LONGEST_MINUTES = { PAUSE: 20_160, AWS_LAMBDA: 1_440 } as const;
const PAUSE_STAGES = new Set([
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
]);
const LAMBDA_STAGES = new Set([...PAUSE_STAGES, 'TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT']);

/** @throws InvalidParameterException, UnsupportedFeatureException for strategies that are not served here */
export function checkDeploymentConfiguration(configuration: DeploymentConfiguration): void {
  const {
    strategy = 'ROLLING',
    bakeTimeInMinutes: bake,
    minimumHealthyPercent: min,
    maximumPercent: max,
  } = configuration;
  if (strategy === 'LINEAR' || strategy === 'CANARY') {
    throw unsupported(`The deployment strategy ${strategy} is not supported.`);
  }
  if (strategy === 'BLUE_GREEN' && bake === undefined) {
    throw invalid('bakeTimeInMinutes must be provided when using the BLUE_GREEN deployment strategy.');
  }
  if (bake !== undefined && (bake < 0 || bake > 1440)) {
    throw invalid(`bakeTimeInMinutes must be between 0 and 1440. Got: ${bake}`);
  }
  if (min !== undefined && min < 0) throw invalid('minimumHealthyPercent must not be negative.');
  if (max !== undefined && (max > 200 || max < 100)) {
    throw invalid('The maximumPercent must be between 100 and 200.');
  }
  if (min === 100 && max === 100 && strategy === 'ROLLING') {
    throw invalid('Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.');
  }
  if (configuration.alarms?.enable === true && (configuration.alarms.alarmNames ?? []).length === 0) {
    throw invalid('alarmNames must not be empty when deployment alarms are enabled.');
  }
  checkHooks(configuration.lifecycleHooks ?? []);
}

function checkHooks(hooks: readonly DeploymentLifecycleHook[]): void {
  for (const type of ['PAUSE', 'AWS_LAMBDA'] as const) {
    const count = hooks.filter(({ targetType = 'AWS_LAMBDA' }) => targetType === type).length;
    if (count > MOST_HOOKS) {
      throw invalid(`The number of ${type} lifecycle hooks must not exceed ${MOST_HOOKS}. Got: ${count}`);
    }
  }
  for (const hook of hooks) checkHook(hook);
}

function checkHook(hook: DeploymentLifecycleHook): void {
  const { targetType = 'AWS_LAMBDA', lifecycleStages = [], timeoutConfiguration } = hook;
  if (targetType !== 'PAUSE' && targetType !== 'AWS_LAMBDA') {
    throw invalid('Invalid targetType. Valid values are: AWS_LAMBDA, PAUSE');
  }
  if (lifecycleStages.length === 0) throw invalid('lifecycleStages must be provided for a deployment lifecycle hook.');
  if (targetType === 'PAUSE') {
    if (lifecycleStages.some((stage) => !PAUSE_STAGES.has(stage))) {
      throw invalid('Invalid lifecycle stage provided for Pause Hook');
    }
  } else {
    if (lifecycleStages.some((stage) => !LAMBDA_STAGES.has(stage))) {
      throw invalid('Invalid lifecycle stage provided for Lambda Hook');
    }
    if (hook.hookTargetArn === undefined)
      throw invalid('hookTargetArn must be provided for an AWS_LAMBDA lifecycle hook.');
    if (hook.roleArn === undefined) throw invalid('roleArn must be provided for an AWS_LAMBDA lifecycle hook.');
  }
  const { timeoutInMinutes: minutes, action } = timeoutConfiguration ?? {};
  if (minutes !== undefined && (minutes < 1 || minutes > LONGEST_MINUTES[targetType])) {
    throw invalid(`timeoutInMinutes must be between 1 and ${LONGEST_MINUTES[targetType]}. Got: ${minutes}`);
  }
  if (action !== undefined && action !== 'ROLLBACK' && action !== 'CONTINUE') {
    throw invalid('Invalid action. Valid values are: ROLLBACK, CONTINUE');
  }
}
