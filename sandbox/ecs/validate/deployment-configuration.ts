/** What CreateService and UpdateService refuse at once in a deploymentConfiguration. */

import type { DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { shiftsTraffic } from '../deployments/traffic-steps.ts';
import { invalid } from '../exceptions.ts';

/** developer guide, pause-lifecycle-hooks */
const MOST_HOOKS = 10;
const LONGEST_MINUTES = { PAUSE: 20_160, AWS_LAMBDA: 1_440 } as const;
const STRATEGIES = new Set<string>(['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY']);
const PAUSE_STAGES = new Set([
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
]);
const LAMBDA_STAGES = new Set([...PAUSE_STAGES, 'TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT']);

/** @throws InvalidParameterException */
export function checkDeploymentConfiguration(configuration: DeploymentConfiguration): void {
  const {
    strategy = 'ROLLING',
    bakeTimeInMinutes: bake,
    minimumHealthyPercent: min,
    maximumPercent: max,
  } = configuration;
  if (!STRATEGIES.has(strategy)) {
    throw invalid(`Invalid deployment strategy: ${strategy}. Valid values are: ${[...STRATEGIES].join(', ')}`);
  }
  if (strategy === 'BLUE_GREEN' && bake === undefined) {
    throw invalid('bakeTimeInMinutes must be provided when using the BLUE_GREEN deployment strategy.');
  }
  checkMinutes('bakeTimeInMinutes', bake);
  checkSteps(configuration, strategy);
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

/**
 * "Valid values are multiples of 0.1 from 3.0 to 100.0", "from 0.1 to 100.0" and "0 to 1440 minutes"; each "only valid
 * when" the strategy is its own (API_LinearConfiguration, API_CanaryConfiguration).
 */
function checkSteps(configuration: DeploymentConfiguration, strategy: string): void {
  const { linearConfiguration: linear, canaryConfiguration: canary, earlySuccessCriteria: early } = configuration;
  if (linear !== undefined && strategy !== 'LINEAR') throw onlyWith('linearConfiguration', 'LINEAR');
  if (canary !== undefined && strategy !== 'CANARY') throw onlyWith('canaryConfiguration', 'CANARY');
  if (early?.enable === true && strategy !== 'ROLLING') throw onlyWith('earlySuccessCriteria', 'ROLLING');
  checkPercent('stepPercent', linear?.stepPercent, 3);
  checkMinutes('stepBakeTimeInMinutes', linear?.stepBakeTimeInMinutes);
  checkPercent('canaryPercent', canary?.canaryPercent, 0.1);
  checkMinutes('canaryBakeTimeInMinutes', canary?.canaryBakeTimeInMinutes);
}

const onlyWith = (member: string, strategy: string) =>
  invalid(`${member} is only valid when using the ${strategy} deployment strategy.`);

function checkPercent(name: string, percent: number | undefined, least: number): void {
  if (percent === undefined) return;
  // 0.3 * 10 is a little more than 3: as near to a whole tenth as a double can say.
  const isTenth = Math.abs(percent * 10 - Math.round(percent * 10)) < 1e-9;
  if (!(percent >= least && percent <= 100 && isTenth)) {
    throw invalid(`${name} must be a multiple of 0.1 between ${least.toFixed(1)} and 100.0. Got: ${percent}`);
  }
}

function checkMinutes(name: string, minutes: number | undefined): void {
  if (minutes === undefined) return;
  if (!(Number.isInteger(minutes) && minutes >= 0 && minutes <= 1440)) {
    throw invalid(`${name} must be between 0 and 1440. Got: ${minutes}`);
  }
}

/**
 * A service cannot go over to rolling updates while traffic may stand between two revisions
 * (developer guide, update-bluegreen-to-rolling).
 * @throws InvalidParameterException
 */
export function checkSwitch(current: DeploymentConfiguration, next: DeploymentConfiguration, deploying: boolean): void {
  if (!deploying || !shiftsTraffic(current) || shiftsTraffic(next)) return;
  throw invalid(
    `Unable to update the deployment strategy from ${current.strategy} to ROLLING while a service deployment is in progress.`,
  );
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
