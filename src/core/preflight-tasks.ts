/** What would keep the candidate's tasks from starting, as far as the task definition and the image tell. */
import type { Fault } from './errors.ts';
import { ecrRepository, parseImageReference } from './image.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { ImageFacts } from './preflight.ts';
import { isSecretSource, secretSourceForms } from './secret-source.ts';
import type { ServiceFacts } from './service.ts';
import { parseArn } from './service-name.ts';

interface Tasks {
  readonly service: ServiceFacts;
  readonly taskDefinition: JsonObject;
  readonly image: ImageFacts | undefined;
}

const SUBJECT = 'task-definition';

export function taskFaults(tasks: Tasks): readonly Fault[] {
  return [
    ...imageFaults(tasks),
    ...launchFaults(tasks),
    ...executionRoleFaults(tasks),
    ...roleFaults(tasks),
    ...secretFaults(tasks),
  ];
}

// ------------------------------------------------------------------ image and platform

function imageFaults(tasks: Tasks): readonly Fault[] {
  const { image } = tasks;
  if (image === undefined) return [];
  if (image.kind === 'missing') {
    return [
      {
        subject: 'image',
        problem: `${image.reference} does not exist in its repository`,
        fix: 'push it first, or check repository and tag for a slip',
      },
    ];
  }
  const wanted = architectureOf(tasks);
  const { architectures } = image;
  if (wanted === undefined || architectures === undefined || architectures.includes(wanted.docker)) return [];
  const made = architectures.join(', ') || 'no architecture at all';
  const runs = `the task runs on ${wanted.ecs} (${wanted.docker})`;
  if (image.kind === 'to-build') {
    return [
      {
        subject: 'platforms',
        problem: `the image will be built for ${made}, but ${runs}`,
        fix: `set platforms: linux/${wanted.docker}, or change runtimePlatform.cpuArchitecture of the task definition`,
      },
    ];
  }
  return [
    {
      subject: 'image',
      problem: `${image.reference} is made for ${made}, but ${runs}`,
      fix: `build it for linux/${wanted.docker}, or change runtimePlatform.cpuArchitecture of the task definition`,
    },
  ];
}

/**
 * What the task's CPU has to be, in ECS's word and in docker's. Undefined: whatever the instance has on which it is placed.
 * Fargate takes X86_64 when nothing is said. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
 */
function architectureOf(tasks: Tasks): { readonly ecs: string; readonly docker: string } | undefined {
  const platform = tasks.taskDefinition['runtimePlatform'];
  const said = isJsonObject(platform) ? platform['cpuArchitecture'] : undefined;
  if (said === 'ARM64') return { ecs: 'ARM64', docker: 'arm64' };
  if (said === 'X86_64' || (said === undefined && isFargate(tasks))) return { ecs: 'X86_64', docker: 'amd64' };
  return undefined;
}

// ------------------------------------------------------------------ launch type

function isFargate({ service, taskDefinition }: Tasks): boolean {
  if (service.launchType !== undefined) return service.launchType === 'FARGATE';
  const providers = service.capacityProviders ?? [];
  if (providers.length > 0) return providers.every((name) => name === 'FARGATE' || name === 'FARGATE_SPOT');
  return compatibilitiesOf(taskDefinition).includes('FARGATE');
}

function launchFaults(tasks: Tasks): readonly Fault[] {
  const { service, taskDefinition } = tasks;
  const faults: Fault[] = [];
  const required = compatibilitiesOf(taskDefinition);
  const launchType = isFargate(tasks) ? 'FARGATE' : service.launchType;
  if (launchType !== undefined && required.length > 0 && !required.includes(launchType)) {
    faults.push({
      subject: SUBJECT,
      problem: `its requiresCompatibilities are ${required.join(', ')}, but service ${service.serviceName} runs on ${launchType}`,
      fix: `add ${launchType} to requiresCompatibilities`,
    });
  }
  if (launchType !== 'FARGATE') return faults;
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
  for (const field of ['cpu', 'memory'] as const) {
    if (isSaid(taskDefinition[field])) continue;
    faults.push({
      subject: SUBJECT,
      problem: `it has no ${field} for the task, which Fargate needs`,
      fix: `set ${field} beside containerDefinitions, for example "${field === 'cpu' ? 256 : 512}"`,
    });
  }
  const mode = taskDefinition['networkMode'];
  if (mode !== 'awsvpc') {
    faults.push({
      subject: SUBJECT,
      problem: `its networkMode is ${isSaid(mode) ? String(mode) : 'not set'}, but Fargate needs awsvpc`,
      fix: 'set networkMode: awsvpc',
    });
  }
  return faults;
}

function compatibilitiesOf(taskDefinition: JsonObject): readonly string[] {
  const listed = taskDefinition['requiresCompatibilities'];
  return Array.isArray(listed) ? listed.filter((one) => typeof one === 'string') : [];
}

// ------------------------------------------------------------------ roles

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html */
function executionRoleFaults(tasks: Tasks): readonly Fault[] {
  if (isSaid(tasks.taskDefinition['executionRoleArn'])) return [];
  const reasons = containersOf(tasks.taskDefinition).flatMap((container) =>
    reasonsForRole(container, isFargate(tasks)),
  );
  if (reasons.length === 0) return [];
  return [
    {
      subject: SUBJECT,
      problem: `it names no executionRoleArn, but ${reasons.join(', ')}`,
      fix: 'set executionRoleArn to a role with AmazonECSTaskExecutionRolePolicy and the right to read the secrets',
    },
  ];
}

function reasonsForRole(container: JsonObject, fargate: boolean): readonly string[] {
  const name = String(container['name']);
  const log = isJsonObject(container['logConfiguration']) ? container['logConfiguration'] : undefined;
  const reasons: string[] = [];
  if (secretsOf(container).length > 0) reasons.push(`container ${name} has secrets`);
  if (isJsonObject(container['repositoryCredentials'])) reasons.push(`container ${name} has repositoryCredentials`);
  if (isList(container['environmentFiles'])) reasons.push(`container ${name} has environmentFiles`);
  // On EC2 these two use the instance's role.
  if (fargate && log?.['logDriver'] === 'awslogs') reasons.push(`container ${name} logs with awslogs on Fargate`);
  if (fargate && isInEcr(container['image'])) reasons.push(`container ${name} has its image in ECR on Fargate`);
  return reasons;
}

function isInEcr(image: unknown): boolean {
  const reference = typeof image === 'string' ? parseImageReference(image) : undefined;
  return reference !== undefined && ecrRepository(reference)?.account !== undefined;
}

/** iam:PassRole works within one account only. */
function roleFaults({ service, taskDefinition }: Tasks): readonly Fault[] {
  const account = parseArn(service.serviceArn)?.account;
  return ['executionRoleArn', 'taskRoleArn'].flatMap((field): Fault[] => {
    const role = taskDefinition[field];
    // Both take a plain name as well.
    if (typeof role !== 'string' || role === '' || /^[\w+=,.@-]{1,64}$/.test(role)) return [];
    const arn = parseArn(role);
    if (arn?.service !== 'iam' || !arn.resource.startsWith('role/')) {
      return [
        {
          subject: SUBJECT,
          problem: `its ${field} '${role}' is not the ARN of a role`,
          fix: 'write it as arn:aws:iam::<account>:role/<name>',
        },
      ];
    }
    if (account === undefined || arn.account === account) return [];
    return [
      {
        subject: SUBJECT,
        problem: `its ${field} ${role} is of account ${arn.account}, the service of ${account}`,
        fix: "use a role of the service's own account",
      },
    ];
  });
}

// ------------------------------------------------------------------ secrets

function secretFaults({ taskDefinition }: Tasks): readonly Fault[] {
  return containersOf(taskDefinition).flatMap((container) =>
    secretsOf(container)
      .filter(({ valueFrom }) => !isSecretSource(valueFrom))
      .map(({ name }) => ({
        subject: SUBJECT,
        problem: `secret ${name} of container ${String(container['name'])} has a valueFrom that is neither a secret nor a parameter`,
        fix: secretSourceForms,
      })),
  );
}

/** The environment's secrets and those of the log driver. */
function secretsOf(container: JsonObject): readonly { readonly name: string; readonly valueFrom: string }[] {
  const log = container['logConfiguration'];
  return [container['secrets'], isJsonObject(log) ? log['secretOptions'] : undefined].flatMap((list) =>
    Array.isArray(list)
      ? list
          .filter(isJsonObject)
          .map((one) => ({ name: String(one['name']), valueFrom: String(one['valueFrom'] ?? '') }))
      : [],
  );
}

// ------------------------------------------------------------------ reading

function containersOf(taskDefinition: JsonObject): readonly JsonObject[] {
  const listed = taskDefinition['containerDefinitions'];
  return Array.isArray(listed) ? listed.filter(isJsonObject) : [];
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
