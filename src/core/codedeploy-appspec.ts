/**
 * The revision of an ECS deployment: a text that names the task definition and the container behind the load balancer.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
 */
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import type { ServiceFacts } from './service.ts';

/** What the replacement task set would not have by itself: without them CodeDeploy takes the newest platform and no strategy. */
const KEPT = ['platformVersion', 'networkConfiguration', 'capacityProviderStrategy'] as const;

/** JSON. The same service and task definition give the same text. */
export function appSpecOf(service: ServiceFacts, taskDefinitionArn: string): string {
  const { containerName, containerPort } = loadBalancerOf(service);
  const properties = {
    TaskDefinition: taskDefinitionArn,
    LoadBalancerInfo: { ContainerName: containerName ?? '', ContainerPort: containerPort ?? 0 },
    ...keptOf(primaryOf(service)?.raw ?? {}),
  };
  return JSON.stringify({
    version: '0.0',
    Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: properties } }],
  });
}

export function primaryOf(service: ServiceFacts) {
  return service.taskSets?.find(({ status }) => status === 'PRIMARY');
}

/** The entry of the load balancer: the primary task set's own, else the service's. */
export function loadBalancerOf(service: ServiceFacts): {
  readonly containerName: string | undefined;
  readonly containerPort: number | undefined;
} {
  const own = primaryOf(service)?.raw['loadBalancers'];
  const [entry] = Array.isArray(own) ? (own as readonly Json[]).filter(isJsonObject) : [];
  const [ofService] = service.loadBalancers;
  const { containerName, containerPort } = entry ?? {};
  return {
    containerName: typeof containerName === 'string' ? containerName : ofService?.containerName,
    containerPort: typeof containerPort === 'number' ? containerPort : ofService?.containerPort,
  };
}

/** `TaskDefinition` of an appspec that anybody wrote, in JSON or YAML; undefined when there is none in it. */
export function taskDefinitionIn(appSpec: string): string | undefined {
  return /["']?TaskDefinition["']?\s*:\s*["']?([^"'\s,}]+)/i.exec(appSpec)?.[1];
}

function keptOf(taskSet: JsonObject): JsonObject {
  return Object.fromEntries(
    KEPT.flatMap((name): [string, Json][] => {
      const value = taskSet[name];
      const isEmpty =
        value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
      return isEmpty ? [] : [[capital(name), inAppSpecWords(value)]];
    }),
  );
}

/** `awsvpcConfiguration: {subnets}` of ECS's API is `AwsvpcConfiguration: {Subnets}` here. */
function inAppSpecWords(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(inAppSpecWords);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [capital(key), inAppSpecWords(one)]));
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
