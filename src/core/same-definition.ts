import { isJsonObject, type Json, type JsonObject } from './json.ts';

/**
 * What DescribeTaskDefinition answers and RegisterTaskDefinition does not take.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 */
const readOnlyFields = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
]);

/** What can be registered of a definition: read-only fields taken off, and of its tags those that are the user's own. */
export function withoutReadOnly(base: JsonObject): JsonObject {
  const definition = Object.fromEntries(Object.entries(base).filter(([field]) => !readOnlyFields.has(field)));
  const tags = base['tags'];
  if (!Array.isArray(tags)) return definition;
  // Tags that begin with aws: are AWS's own (CloudFormation puts some there) and an empty list is refused.
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html
  const own = (tags as readonly Json[]).filter((tag) => !(isJsonObject(tag) && /^aws:/i.test(String(tag['key']))));
  const { tags: _, ...untagged } = definition;
  return own.length === 0 ? untagged : { ...definition, tags: own };
}

/**
 * Whether registering `candidate` (as renderTaskDefinition gives it) would make a revision that says the same as `registered`
 * (as DescribeTaskDefinition answers it, with its tags as `tags`). ECS writes some things in by itself and
 * orders some lists anew; where in doubt the two count as different, for one revision too many does no harm.
 */
export function sameDefinition(candidate: JsonObject, registered: JsonObject): boolean {
  const [left, right] = comparable(candidate, registered);
  return stable(left) === stable(right);
}

/** The two of sameDefinition as they are compared: with what ECS writes in, and lists without an order in one. */
export function comparable(
  candidate: JsonObject,
  registered: JsonObject,
): readonly [candidate: JsonObject, registered: JsonObject] {
  const left = normalise(withoutReadOnly(candidate));
  const right = normalise(withoutReadOnly(registered));
  // Without tags of its own a file says nothing about tags.
  if (left['tags'] === undefined) delete right['tags'];
  return [left, right];
}

type Fields = { [key: string]: Json };

/** Lists whose order means nothing to ECS. */
const unorderedTaskLists = [
  'volumes',
  'placementConstraints',
  'requiresCompatibilities',
  'tags',
  'inferenceAccelerators',
];
const unorderedContainerLists = [
  'environment',
  'secrets',
  'environmentFiles',
  'portMappings',
  'mountPoints',
  'volumesFrom',
  'ulimits',
  'systemControls',
  'resourceRequirements',
  'dependsOn',
  'extraHosts',
];

function normalise(definition: JsonObject): Fields {
  const fields = withoutNothing(definition) as Fields;
  // "String values are converted to an integer … when the task definition is registered."
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
  if (fields['cpu'] !== undefined) fields['cpu'] = inUnits(fields['cpu'], /^([\d.]+) ?vcpu$/i);
  if (fields['memory'] !== undefined) fields['memory'] = inUnits(fields['memory'], /^([\d.]+) ?gb$/i);
  if (fields['enableFaultInjection'] === false) delete fields['enableFaultInjection'];
  for (const list of unorderedTaskLists) sortList(fields, list);
  const sharesPorts = fields['networkMode'] === 'awsvpc' || fields['networkMode'] === 'host';
  const containers = fields['containerDefinitions'];
  if (Array.isArray(containers)) {
    fields['containerDefinitions'] = (containers as readonly Json[]).map((container) =>
      isJsonObject(container) ? normaliseContainer({ ...container }, sharesPorts) : container,
    );
    sortList(fields, 'containerDefinitions');
  }
  return fields;
}

/**
 * What ECS writes in: `essential` true, `cpu` 0, a port's protocol tcp and (with awsvpc and host) its host port, a health
 * check's interval, timeout and retries. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html,
 * …/API_PortMapping.html, …/API_HealthCheck.html
 */
function normaliseContainer(container: Fields, sharesPorts: boolean): Fields {
  container['essential'] ??= true;
  container['cpu'] ??= 0;
  const ports = container['portMappings'];
  if (Array.isArray(ports)) {
    container['portMappings'] = (ports as readonly Json[]).map((port) =>
      isJsonObject(port) ? normalisePort({ ...port }, sharesPorts) : port,
    );
  }
  if (isJsonObject(container['healthCheck'])) {
    container['healthCheck'] = { interval: 30, timeout: 5, retries: 3, startPeriod: 0, ...container['healthCheck'] };
  }
  for (const list of unorderedContainerLists) sortList(container, list);
  return container;
}

function normalisePort(port: Fields, sharesPorts: boolean): Fields {
  port['protocol'] ??= 'tcp';
  // Bridge mode: no host port and 0 both mean one that the host picks.
  if (port['hostPort'] === undefined || port['hostPort'] === 0) {
    delete port['hostPort'];
    if (sharesPorts && port['containerPort'] !== undefined) port['hostPort'] = port['containerPort'];
  }
  return port;
}

/** "0.25 vCPU", ".25 vcpu", 256 and "256" are "256". */
function inUnits(value: Json, withUnit: RegExp): Json {
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  const match = withUnit.exec(String(value).trim());
  return match === null ? String(value) : String(Math.round(Number(match[1]) * 1024));
}

/** Empty lists, empty objects and null say nothing; empty strings do. */
function withoutNothing(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutNothing);
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, withoutNothing(field)] as const);
  return Object.fromEntries(fields.filter(([, field]) => !isNothing(field)));
}

function isNothing(value: Json): boolean {
  if (value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function sortList(fields: Fields, name: string): void {
  const list = fields[name];
  if (!Array.isArray(list)) return;
  const keyed = (list as readonly Json[]).map((entry) => ({ entry, key: stable(entry) }));
  fields[name] = keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ entry }) => entry);
}

/** JSON with the members of every object in one order. */
export function stable(value: Json): string {
  return JSON.stringify(value, (_, field: Json) =>
    isJsonObject(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : field,
  );
}

/** Whether `one` is an earlier revision than `other` of the same family. Both are ARNs or family:revision. */
export function isOlder(one: string, other: string): boolean {
  const [family, revision] = familyAndRevision(one);
  const [otherFamily, otherRevision] = familyAndRevision(other);
  return family === otherFamily && revision < otherRevision;
}

function familyAndRevision(arn: string): readonly [family: string, revision: number] {
  const [family = '', revision] = arn.slice(arn.lastIndexOf('/') + 1).split(':');
  return [family, Number(revision)];
}
