/** What is wrong with a service's load balancers at first sight (developer guide, troubleshooting-blue-green: "Synchronous path"). */

import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { LoadBalancing } from '../../contracts.ts';
import { invalid } from '../exceptions.ts';
import type { StoredTaskDefinition } from '../model.ts';

/** @throws InvalidParameterException */
export function checkLoadBalancers(
  loadBalancing: LoadBalancing,
  entries: readonly LoadBalancer[],
  strategy: string,
  taskDefinition: StoredTaskDefinition,
): void {
  const advanced = entries.filter(({ advancedConfiguration }) => advancedConfiguration !== undefined);
  if (entries.some((entry) => entry.loadBalancerName !== undefined && entry.advancedConfiguration !== undefined)) {
    throw invalid('advancedConfiguration field is not allowed with ELBv1 loadBalancers');
  }
  if (entries.some((entry) => (entry.loadBalancerName === undefined) === (entry.targetGroupArn === undefined))) {
    throw invalid(
      'All loadBalancers must be strictly either ELBv1 (defining loadBalancerName) or ELBv2 (defining targetGroupArn)',
    );
  }
  if (strategy !== 'ROLLING' && advanced.length < entries.length) {
    throw invalid(
      'advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy',
    );
  }
  if (entries.length === 0 && (strategy === 'LINEAR' || strategy === 'CANARY')) {
    throw invalid(`loadBalancers must be provided when using the ${strategy} deployment strategy.`);
  }
  if (advanced.length > 0 && advanced.length < entries.length) {
    throw invalid('Either all or none of the provided loadBalancers must have advancedConfiguration defined');
  }
  const seen = new Set<string>();
  for (const arn of entries.flatMap((entry) => [
    entry.targetGroupArn,
    entry.advancedConfiguration?.alternateTargetGroupArn,
  ])) {
    if (arn === undefined) continue;
    if (seen.has(arn)) throw invalid(`Duplicate targetGroupArn found: ${arn}`);
    seen.add(arn);
  }
  for (const entry of entries) {
    checkRules(entry);
    checkContainer(entry, taskDefinition);
    checkTargetGroup(loadBalancing, entry, taskDefinition);
  }
}

function checkRules({ advancedConfiguration }: LoadBalancer): void {
  if (advancedConfiguration === undefined) return;
  const { alternateTargetGroupArn, productionListenerRule, testListenerRule, roleArn } = advancedConfiguration;
  const needed = { alternateTargetGroupArn, productionListenerRule, roleArn };
  for (const [name, value] of Object.entries(needed)) {
    if (value === undefined) throw invalid(`${name} is required in advancedConfiguration`);
  }
  for (const [name, arn] of Object.entries({ productionListenerRule, testListenerRule })) {
    if (arn !== undefined && !/:listener-rule\/app\/|:listener\/net\//.test(arn)) {
      throw invalid(`${name} has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: ${arn}`);
    }
  }
  if (productionListenerRule === testListenerRule) {
    throw invalid(
      `The following rules cannot be used as both production and test listener rules: ${productionListenerRule}`,
    );
  }
}

function checkContainer(entry: LoadBalancer, taskDefinition: StoredTaskDefinition): void {
  const { containerName, containerPort } = entry;
  const container = taskDefinition.containerDefinitions?.find(({ name }) => name === containerName);
  if (container === undefined) throw invalid(`The container ${containerName} does not exist in the task definition.`);
  if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) {
    throw invalid(`The container ${containerName} did not have a container port ${containerPort} defined.`);
  }
}

function checkTargetGroup(
  loadBalancing: LoadBalancing,
  entry: LoadBalancer,
  taskDefinition: StoredTaskDefinition,
): void {
  const arn = entry.targetGroupArn;
  if (arn === undefined) return;
  const group = loadBalancing.targetGroup(arn);
  if (group === undefined) throw invalid(`The specified target group does not exist. (target-group ${arn})`);
  if (taskDefinition.networkMode === 'awsvpc' && group.targetType !== 'ip') {
    throw invalid(
      `The provided target group ${arn} has target type ${group.targetType}, which is incompatible with the awsvpc network mode specified in the task definition.`,
    );
  }
}
