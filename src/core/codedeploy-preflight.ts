/**
 * What CodeDeploy itself finds out only when the deployment has begun, or what a rollout cannot do with this deployment group.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html#deployment-steps-prerequisites-ecs
 */
import { loadBalancerOf, primaryOf } from './codedeploy-appspec.ts';
import type { DeploymentGroupFacts, DeploymentGroupName } from './codedeploy-facts.ts';
import { type DeploymentWaits, LONGEST_WAIT_MINUTES } from './codedeploy-waits.ts';
import type { RolloutConfig } from './config.ts';
import { formatDuration } from './duration.ts';
import type { Fault } from './errors.ts';
import { type JsonObject, objectsIn } from './json.ts';
import { expectedMs, type Plan } from './plan.ts';
import type { ServiceFacts } from './service.ts';

const MINUTE_MS = 60_000;

export function groupMissing(
  what: 'no-application' | 'no-group',
  { application, group }: DeploymentGroupName,
  serviceName: string,
): Fault {
  if (what === 'no-application') {
    return {
      subject: 'codedeploy-application',
      problem: `there is no CodeDeploy application ${application}`,
      fix: `write the name of the application that deploys service ${serviceName} (aws deploy list-applications), and check the region`,
    };
  }
  return {
    subject: 'codedeploy-deployment-group',
    problem: `application ${application} has no deployment group ${group}`,
    fix: `write the name of the group that deploys service ${serviceName} (aws deploy list-deployment-groups --application-name ${application})`,
  };
}

export function groupFaults(
  group: DeploymentGroupFacts,
  name: DeploymentGroupName,
  { clusterName, service }: { readonly clusterName: string; readonly service: ServiceFacts },
): readonly Fault[] {
  const subject = `deployment group ${name.group}`;
  const { service: deploys, routes } = group;
  if (group.computePlatform !== 'ECS' || deploys === undefined) {
    const problem = `it is for ${group.computePlatform}, not for ECS`;
    return [{ subject, problem, fix: 'name the group of this service in codedeploy-deployment-group' }];
  }
  const faults: Fault[] = [];
  if (deploys.serviceName !== service.serviceName || deploys.clusterName !== clusterName) {
    faults.push({
      subject,
      problem: `it deploys service ${deploys.serviceName} in cluster ${deploys.clusterName}, not ${service.serviceName} in ${clusterName}`,
      fix: 'name the application and the group of this service in codedeploy-application and codedeploy-deployment-group',
    });
  }
  if (routes.targetGroups.length !== 2 || routes.productionListener === undefined) {
    faults.push({
      subject,
      problem: 'it has no pair of target groups with a production listener, between which traffic could shift',
      fix: 'give it two target groups and the listener (targetGroupPairInfoList in its loadBalancerInfo)',
    });
  }
  const serving = targetGroupName(primaryOf(service)?.targetGroupArn);
  if (serving !== undefined && routes.targetGroups.length === 2 && !routes.targetGroups.includes(serving)) {
    faults.push({
      subject,
      problem: `its target groups are ${routes.targetGroups.join(' and ')}, and service ${service.serviceName} serves from ${serving}`,
      fix: `put ${serving} into the pair, or the service behind one of them`,
    });
  }
  return faults;
}

/** The appspec names a container and its port: the task definition has to have it. */
export function taskFaults(service: ServiceFacts, taskDefinition: JsonObject): readonly Fault[] {
  const { containerName, containerPort } = loadBalancerOf(service);
  if (containerName === undefined || containerPort === undefined) {
    return [
      {
        subject: `service ${service.serviceName}`,
        problem: 'it has no load balancer with a container name and port, and CodeDeploy needs both',
        fix: 'create it with loadBalancers: CodeDeploy deploys no service without',
      },
    ];
  }
  const containers = objectsIn(taskDefinition['containerDefinitions']);
  if (containers.length === 0 || containers.some(({ name }) => name === containerName)) return [];
  return [
    {
      subject: 'task-definition',
      problem: `it has no container ${containerName}, which the load balancer of service ${service.serviceName} leads to`,
      fix: `name one of its containers ${containerName} (there are ${containers.map(({ name }) => String(name)).join(', ')})`,
    },
  ];
}

/** A group that keeps the old tasks for an hour makes a job of an hour: better said before than when the timeout turns it back. */
export function timeFaults(
  plan: Plan,
  own: DeploymentWaits,
  config: Pick<RolloutConfig, 'bakeMs' | 'timeoutMs'>,
  { group }: DeploymentGroupName,
): readonly Fault[] {
  const faults: Fault[] = [];
  if (own.terminationMinutes === undefined && config.bakeMs !== undefined && config.bakeMs > 0) {
    faults.push({
      subject: 'bake',
      problem: `deployment group ${group} keeps the original task set for good (KEEP_ALIVE), and ends the deployment at once`,
      fix: 'leave bake out, or let the group terminate the original task set (TERMINATE)',
    });
  }
  const keptMs = (plan.steps.at(-1)?.holdMs ?? 0) + plan.bakeMs;
  if (keptMs > LONGEST_WAIT_MINUTES * MINUTE_MS) {
    faults.push({
      subject: 'bake',
      problem: `hold and bake are ${formatDuration(keptMs)} at 100 %, and CodeDeploy keeps the original task set for at most ${formatDuration(LONGEST_WAIT_MINUTES * MINUTE_MS)}`,
      fix: 'write less of either',
    });
  }
  const wholeMs = expectedMs(plan);
  if (wholeMs >= plan.timeoutMs) {
    const from =
      config.bakeMs === undefined && plan.bakeMs > 0
        ? `; ${formatDuration(plan.bakeMs)} of it because deployment group ${group} keeps the original task set for ${own.terminationMinutes} min`
        : '';
    faults.push({
      subject: 'timeout',
      problem: `${formatDuration(plan.timeoutMs)} is less than the ${formatDuration(wholeMs)} that hold and bake take${from}`,
      fix: `write timeout: ${formatDuration(Math.ceil((wholeMs * 1.5) / MINUTE_MS) * MINUTE_MS)}${from === '' ? '' : ', or a shorter bake (bake: 10m)'}`,
    });
  }
  return faults;
}

/** `arn:…:targetgroup/web-blue/1234567890` is web-blue. */
function targetGroupName(arn: string | undefined): string | undefined {
  return /:targetgroup\/([^/]+)\//.exec(arn ?? '')?.[1];
}
