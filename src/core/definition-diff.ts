/**
 * What is different between two task definitions, field by field. Entries of lists are told apart by their names, not by their places,
 * and what ECS writes in by itself is no difference: the diff is empty exactly when sameDefinition says that the two are the same.
 */
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { comparable, stable } from './same-definition.ts';

export interface FieldChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /**
   * Fields from the top down: a field's name, or the identity of an entry (as identityOf gives it) under the list's name.
   * ["containerDefinitions", "web", "environment", "LOG_LEVEL"]
   */
  readonly keys: readonly string[];
  /** Undefined: added. */
  readonly from: Json | undefined;
  /** Undefined: removed. */
  readonly to: Json | undefined;
}

/** What is `registered` now and what would be: fields in the alphabet's order, containers and top-level fields as well. */
export function definitionDiff(candidate: JsonObject, registered: JsonObject): readonly FieldChange[] {
  const [to, from] = comparable(candidate, registered);
  return differences([], from, to);
}

/** "containerDefinitions[web].environment.LOG_LEVEL": lists whose entries are pairs of name and value read like objects. */
export function pathOf(keys: readonly string[]): string {
  let path = '';
  let list: KeyedList | undefined;
  for (const key of keys) {
    const isEntry = list !== undefined;
    path += isEntry && list?.value === undefined ? `[${key}]` : path === '' ? key : `.${key}`;
    // An entry may have the name of a list.
    list = isEntry ? undefined : listNamed(key);
  }
  return path;
}

// ------------------------------------------------------------------ lists whose entries have an identity

interface KeyedList {
  /** The fields that tell an entry from the others. */
  readonly by: readonly string[];
  /** An entry is nothing but a name with this one value. */
  readonly value?: string;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html and the types that it leads to. */
const keyedLists: Readonly<Record<string, KeyedList>> = {
  containerDefinitions: { by: ['name'] },
  environment: { by: ['name'], value: 'value' },
  secrets: { by: ['name'], value: 'valueFrom' },
  secretOptions: { by: ['name'], value: 'valueFrom' },
  systemControls: { by: ['namespace'], value: 'value' },
  dependsOn: { by: ['containerName'], value: 'condition' },
  extraHosts: { by: ['hostname'], value: 'ipAddress' },
  resourceRequirements: { by: ['type'], value: 'value' },
  tags: { by: ['key'], value: 'value' },
  properties: { by: ['name'], value: 'value' },
  portMappings: { by: ['containerPort', 'containerPortRange', 'protocol'] },
  mountPoints: { by: ['containerPath'] },
  volumesFrom: { by: ['sourceContainer'] },
  ulimits: { by: ['name'] },
  volumes: { by: ['name'] },
  inferenceAccelerators: { by: ['deviceName'] },
};

/** Lists of whole entries that have no order. */
const sets = new Set(['requiresCompatibilities', 'placementConstraints', 'environmentFiles']);

function listNamed(field: string | undefined): KeyedList | undefined {
  return field !== undefined && Object.hasOwn(keyedLists, field) ? keyedLists[field] : undefined;
}

/** What tells an entry of the list of this name from its others: "web", "8080/tcp"; undefined when nothing does. */
export function identityOf(list: string, entry: unknown): string | undefined {
  const by = listNamed(list)?.by;
  if (by === undefined || !isJsonObject(entry)) return undefined;
  // A file leaves out what ECS writes in.
  const named = list === 'portMappings' ? { protocol: 'tcp', ...entry } : entry;
  const parts = by.flatMap((field) => {
    const part = (named as JsonObject)[field];
    return typeof part === 'string' || typeof part === 'number' ? [String(part)] : [];
  });
  const isWhole = list === 'portMappings' ? parts.length === 2 : parts.length === by.length;
  return isWhole ? parts.join('/') : undefined;
}

/** The field of an entry under which its one value stands; undefined for lists whose entries have more. */
export function valueFieldOf(list: string): string | undefined {
  return listNamed(list)?.value;
}

/** The entries by their identities; undefined for a list that is no such list, or has one of them twice. */
function keyed(list: string, entries: readonly Json[]): JsonObject | undefined {
  const { value } = listNamed(list) ?? {};
  const pairs: [string, Json][] = [];
  for (const entry of entries) {
    const identity = identityOf(list, entry);
    if (identity === undefined || !isJsonObject(entry)) return undefined;
    pairs.push([identity, value === undefined ? entry : valueIn(entry, listNamed(list)?.by ?? [], value)]);
  }
  const byIdentity = new Map(pairs);
  // Object.fromEntries takes "__proto__" for a name like any other.
  return byIdentity.size === entries.length ? Object.fromEntries(byIdentity) : undefined;
}

/** The one value where the entry has nothing else, else all that is not its name. */
function valueIn(entry: JsonObject, by: readonly string[], value: string): Json {
  const others = Object.entries(entry).filter(([field]) => !by.includes(field));
  const [only] = others;
  return others.length === 1 && only?.[0] === value ? only[1] : Object.fromEntries(others);
}

// ------------------------------------------------------------------ the difference

function differences(
  keys: readonly string[],
  from: Json | undefined,
  to: Json | undefined,
  within = keys.at(-1) ?? '',
): readonly FieldChange[] {
  if (from === undefined && to === undefined) return [];
  if (from !== undefined && to !== undefined && stable(from) === stable(to)) return [];
  const whole: FieldChange = {
    kind: from === undefined ? 'added' : to === undefined ? 'removed' : 'changed',
    keys,
    from,
    to,
  };
  if (isListOrNothing(from) && isListOrNothing(to)) {
    const found = listDifferences(keys, within, from ?? [], to ?? []);
    // The same entries in another order, where the order counts.
    return found === undefined || found.length === 0 ? [whole] : found;
  }
  if (!isObjectOrNothing(from) || !isObjectOrNothing(to)) return [whole];
  const found = objectDifferences(keys, from ?? {}, to ?? {}, '');
  return found.length === 0 ? [whole] : found;
}

/** `list`: the list whose entries the members are; empty: they are fields. */
function objectDifferences(
  keys: readonly string[],
  from: JsonObject,
  to: JsonObject,
  list: string,
): readonly FieldChange[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return names.flatMap((name) =>
    differences([...keys, name], own(from, name), own(to, name), list === '' ? name : `${list}[]`),
  );
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Undefined: it has to be compared as a whole. */
function listDifferences(
  keys: readonly string[],
  list: string,
  from: readonly Json[],
  to: readonly Json[],
): readonly FieldChange[] | undefined {
  const [before, after] = [keyed(list, from), keyed(list, to)];
  if (before !== undefined && after !== undefined) return objectDifferences(keys, before, after, list);
  if (!sets.has(list)) return undefined;
  return [
    ...without(to, from).map((entry): FieldChange => ({ kind: 'added', keys, from: undefined, to: entry })),
    ...without(from, to).map((entry): FieldChange => ({ kind: 'removed', keys, from: entry, to: undefined })),
  ];
}

/** Entries of `all` that are not in `others`, each as often as it is there more often. */
function without(all: readonly Json[], others: readonly Json[]): readonly Json[] {
  const left = others.map(stable);
  return all.filter((entry) => {
    const at = left.indexOf(stable(entry));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function isListOrNothing(value: Json | undefined): value is readonly Json[] | undefined {
  return value === undefined || Array.isArray(value);
}

function isObjectOrNothing(value: Json | undefined): value is JsonObject | undefined {
  return value === undefined || isJsonObject(value);
}
