/** A one-off task before any traffic moves: where it runs, and what its end means. */
import { culprit, explainDeath, type TaskDeath } from './deaths.ts';
import { isJsonObject, type JsonObject } from './json.ts';

/** A task that no service keeps alive, as DescribeTasks tells it. */
export interface OneOffTask {
  readonly taskArn: string;
  /** PROVISIONING, PENDING, …, STOPPED. */
  readonly lastStatus: string;
  /** `RUNNING` until somebody or something decides that it is to stop. */
  readonly desiredStatus: string;
  /** As it would be told if it were dead; `stoppedAt` is 0 while it is not. */
  readonly facts: TaskDeath;
}

/** Why RunTask started nothing. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Failure.html */
export interface Refusal {
  readonly arn: string | undefined;
  readonly reason: string | undefined;
  readonly detail: string | undefined;
}

/**
 * Members of RunTask's request that put a task where the service's own tasks are: the same subnets and security groups, the same
 * capacity. `service` as DescribeServices answers it. Where task sets serve (EXTERNAL, CODE_DEPLOY) the primary one tells: the service
 * keeps what it was created with, or nothing.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
 */
export function placementOf(service: JsonObject): JsonObject {
  const taskSets: readonly unknown[] = Array.isArray(service['taskSets']) ? service['taskSets'] : [];
  const primary = taskSets.find((one): one is JsonObject => isJsonObject(one) && one['status'] === 'PRIMARY') ?? {};
  const either = (name: string) => said(primary[name]) ?? said(service[name]);
  const network = either('networkConfiguration');
  const platformVersion = either('platformVersion');
  // Launch type and strategy are one choice, and RunTask refuses both together: not one from here and one from there.
  const isChosen = ['launchType', 'capacityProviderStrategy'].some((name) => said(primary[name]) !== undefined);
  const choice = isChosen ? primary : service;
  const strategy = said(choice['capacityProviderStrategy']);
  const launchType = strategy === undefined ? said(choice['launchType']) : undefined;
  return {
    ...(network === undefined ? {} : { networkConfiguration: network }),
    ...(strategy === undefined ? {} : { capacityProviderStrategy: strategy }),
    ...(launchType === undefined ? {} : { launchType }),
    // "A platform version is only specified for tasks hosted on Fargate."
    ...(platformVersion === undefined || launchType === 'EC2' || launchType === 'EXTERNAL' ? {} : { platformVersion }),
  };
}

/** ECS answers lists that are not used as empty. */
function said(value: JsonObject[string] | undefined): JsonObject[string] | undefined {
  const isEmpty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  return isEmpty ? undefined : value;
}

/**
 * How the task has ended for the container that matters: 0 is good, whatever the others did; undefined while it goes on.
 * A container that never ran has no exit code, and its task's end is its own.
 */
export function endOfMigration(
  task: OneOffTask,
  container: string,
): { readonly good: true } | { readonly problem: string } | undefined {
  const { facts } = task;
  const own = facts.containers.find(({ name }) => name === container);
  if (own?.exitCode === 0) return { good: true };
  if (own?.exitCode === undefined) {
    return task.lastStatus === 'STOPPED' ? { problem: explainDeath(facts) } : undefined;
  }
  const sentence = explainDeath({ ...facts, containers: [own] });
  // SIGTERM or SIGKILL often only follow the end of an essential container beside it.
  const first = own.exitCode === 143 || own.exitCode === 137 ? culprit(facts) : own;
  if (first === undefined || first.name === container || first.exitCode === undefined) return { problem: sentence };
  return { problem: `${sentence}; container ${first.name} had exited with code ${first.exitCode}` };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['RESOURCE:MEMORY', 'no container instance has enough memory left'],
  ['RESOURCE:CPU', 'no container instance has enough CPU units left'],
  ['RESOURCE:PORTS', 'the host ports that the task wants are taken on every container instance'],
  ['RESOURCE:PORTS_TCP', 'the host ports that the task wants are taken on every container instance'],
  ['RESOURCE:PORTS_UDP', 'the host ports that the task wants are taken on every container instance'],
  ['RESOURCE:ENI', 'no container instance can take one more network interface'],
  ['RESOURCE:GPU', 'no container instance has the GPUs that the task wants'],
  ['AGENT', 'the ECS agent of the container instance is not connected'],
  ['ATTRIBUTE', 'no container instance has the attributes that the task definition asks for'],
  ['LOCATION', "the container instances are not in the subnets' zones"],
  ['EMPTY CAPACITY PROVIDER', 'the capacity provider has no container instance'],
]);

/** "RESOURCE:MEMORY (no container instance has enough memory left)", each reason once: there is a failure for every instance. */
export function explainRefusals(refusals: readonly Refusal[]): string {
  const sentences = refusals.map(({ reason, detail }) => {
    const known = REFUSALS.get((reason ?? '').toUpperCase());
    const words = [known, detail?.trim().replace(/\.$/, '')].filter((text) => text !== undefined && text !== '');
    const said = reason?.trim().replace(/\.$/, '') || 'no reason given';
    return words.length === 0 ? said : `${said} (${words.join('; ')})`;
  });
  return [...new Set(sentences)].join(', ');
}
