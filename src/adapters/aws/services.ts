import { CallError } from '../../core/errors.ts';
import { type JsonObject, objectsIn } from '../../core/json.ts';
import { placementOf } from '../../core/migration.ts';
import type { ServiceFacts, ServiceLoadBalancer } from '../../core/service.ts';
import type { Services } from '../../ports.ts';
import { call, isNamed } from './client.ts';
import type { Ecs } from './connections.ts';
import { withRawAnswer, withRawBody } from './raw-json.ts';
import { taskSetFacts } from './task-sets.ts';

export function services(ecs: Ecs): Services {
  return {
    names: (cluster) =>
      call(`list the services of cluster ${cluster}`, async () => {
        const { sdk, client } = await ecs();
        const names: string[] = [];
        let nextToken: string | undefined;
        do {
          const answer = await client.send(
            new sdk.ListServicesCommand({
              cluster,
              maxResults: 100,
              ...(nextToken === undefined ? {} : { nextToken }),
            }),
          );
          names.push(...(answer.serviceArns ?? []).map((arn) => arn.slice(arn.lastIndexOf('/') + 1)));
          nextToken = answer.nextToken;
        } while (nextToken !== undefined);
        return names.sort();
      }),

    describe: (cluster, service) =>
      call(`describe service ${service} in cluster ${cluster}`, async () => {
        const { sdk, client } = await ecs();
        const { command, answer } = withRawAnswer(
          new sdk.DescribeServicesCommand({ cluster, services: [service], include: ['TAGS'] }),
        );
        try {
          const known = await client.send(command);
          const failure = known.failures?.[0];
          if (failure !== undefined && failure.reason !== 'MISSING') {
            throw new CallError(
              'invalid',
              failure.reason ?? '',
              `describe service ${service} in cluster ${cluster}: ${failure.reason} ${failure.detail ?? ''}`.trim(),
            );
          }
        } catch (error) {
          if (isNamed(error, 'ClusterNotFoundException')) return undefined;
          throw error;
        }
        const found = objectsIn(answer()['services'])[0];
        return found === undefined ? undefined : serviceFacts(found);
      }),

    update: (cluster, service, change) =>
      call(`update service ${service} in cluster ${cluster}`, async () => {
        const { sdk, client } = await ecs();
        const body: JsonObject = {
          cluster,
          service,
          ...(change.taskDefinition === undefined ? {} : { taskDefinition: change.taskDefinition }),
          ...(change.deploymentConfiguration === undefined
            ? {}
            : { deploymentConfiguration: change.deploymentConfiguration }),
          ...(change.forceNewDeployment === undefined ? {} : { forceNewDeployment: true }),
        };
        const command = withRawBody(new sdk.UpdateServiceCommand({ cluster, service }), body);
        const answered = await client.send(command);
        return { deploymentArn: answered.service?.currentServiceDeployment };
      }),

    tag: (arn, tags) =>
      call(`tag ${arn}`, async () => {
        const { sdk, client } = await ecs();
        await client.send(
          new sdk.TagResourceCommand({
            resourceArn: arn,
            tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
          }),
        );
      }),

    untag: (arn, keys) =>
      call(`take tags away from ${arn}`, async () => {
        const { sdk, client } = await ecs();
        await client.send(new sdk.UntagResourceCommand({ resourceArn: arn, tagKeys: [...keys] }));
      }),
  };
}

/** Read from the answer as it came, so that `deploymentConfiguration` keeps what this SDK does not know. */
function serviceFacts(service: JsonObject): ServiceFacts {
  const controller = text(object(service['deploymentController'])?.['type']);
  return {
    serviceArn: text(service['serviceArn']) ?? '',
    clusterArn: text(service['clusterArn']) ?? '',
    serviceName: text(service['serviceName']) ?? '',
    status: text(service['status']) ?? '',
    deploymentController: controller === 'CODE_DEPLOY' || controller === 'EXTERNAL' ? controller : 'ECS',
    taskDefinition: text(service['taskDefinition']) ?? '',
    desiredCount: number(service['desiredCount']) ?? 0,
    runningCount: number(service['runningCount']) ?? 0,
    launchType: text(service['launchType']),
    capacityProviders: objectsIn(service['capacityProviderStrategy']).flatMap(
      (one) => text(one['capacityProvider']) ?? [],
    ),
    schedulingStrategy: text(service['schedulingStrategy']) ?? 'REPLICA',
    placement: placementOf(service),
    deploymentConfiguration: object(service['deploymentConfiguration']) ?? {},
    loadBalancers: objectsIn(service['loadBalancers']).map(loadBalancer),
    healthCheckGracePeriodSeconds: number(service['healthCheckGracePeriodSeconds']),
    currentServiceDeployment: text(service['currentServiceDeployment']),
    currentServiceRevisions: objectsIn(service['currentServiceRevisions'])
      .toSorted((a, b) => (number(b['runningTaskCount']) ?? 0) - (number(a['runningTaskCount']) ?? 0))
      .flatMap((one) => text(one['arn']) ?? []),
    taskSets: objectsIn(service['taskSets']).map(taskSetFacts),
    tags: new Map(objectsIn(service['tags']).map((tag) => [text(tag['key']) ?? '', text(tag['value']) ?? ''])),
  };
}

function loadBalancer(entry: JsonObject): ServiceLoadBalancer {
  const advanced = object(entry['advancedConfiguration']);
  return {
    targetGroupArn: text(entry['targetGroupArn']),
    containerName: text(entry['containerName']),
    containerPort: number(entry['containerPort']),
    advancedConfiguration: advanced && {
      alternateTargetGroupArn: text(advanced['alternateTargetGroupArn']),
      productionListenerRule: text(advanced['productionListenerRule']),
      testListenerRule: text(advanced['testListenerRule']),
      roleArn: text(advanced['roleArn']),
    },
  };
}

function object(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
