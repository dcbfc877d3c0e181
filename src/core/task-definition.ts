import type { Fault } from './errors.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { withoutReadOnly } from './same-definition.ts';

export { sameDefinition } from './same-definition.ts';

/** What is to be different in the new revision. */
export interface TaskDefinitionChange {
  /** Undefined: the only essential container. */
  readonly container: string | undefined;
  /** Undefined: the image stays. */
  readonly image: string | undefined;
  readonly environment: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
}

export type RenderedTaskDefinition =
  | {
      /** Ready for RegisterTaskDefinition. */
      readonly definition: JsonObject;
      /** The container that was changed; undefined when nothing was to be changed in any. */
      readonly container: string | undefined;
    }
  | { readonly faults: readonly Fault[] };

/**
 * The definition to register: `base` with the change, and without what only ECS may write. Everything else, known here or not,
 * stays as it is and where it is. `base` is a definition of one's own or ECS's answer, with its tags as `tags`.
 */
export function renderTaskDefinition(base: JsonObject, change: TaskDefinitionChange): RenderedTaskDefinition {
  const definition = withoutReadOnly(base);
  if (change.image === undefined && change.environment.size === 0 && change.secrets.size === 0) {
    return { definition, container: undefined };
  }
  const containers = containersOf(base);
  const chosen = chooseContainer(containers, change.container);
  if ('faults' in chosen) return chosen;
  const rendered = containers.map((container) =>
    isJsonObject(container) && container['name'] === chosen.name ? changeContainer(container, change) : container,
  );
  return { definition: { ...definition, containerDefinitions: rendered }, container: chosen.name };
}

/** The container of this definition that a job means: the one that it names, else the only essential one. */
export function containerOf(
  definition: JsonObject,
  wanted: string | undefined,
): { readonly name: string } | { readonly faults: readonly Fault[] } {
  return chooseContainer(containersOf(definition), wanted);
}

function chooseContainer(
  containers: readonly Json[],
  wanted: string | undefined,
): { readonly name: string } | { readonly faults: readonly Fault[] } {
  const named = containers.filter(isJsonObject).flatMap((container) => {
    const name = container['name'];
    // "If the essential parameter is omitted, a container is assumed to be essential."
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    return typeof name === 'string' ? [{ name, isEssential: container['essential'] !== false }] : [];
  });
  const all = named.map((container) => container.name).join(', ');
  const fault = (problem: string, fix: string) => ({ faults: [{ subject: 'container', problem, fix }] });
  if (named.length === 0) return fault('the task definition has no container', 'add one to containerDefinitions');
  if (wanted !== undefined) {
    if (named.some((container) => container.name === wanted)) return { name: wanted };
    return fault(`the task definition has no container "${wanted}"`, `write one of ${all}`);
  }
  const essential = named.filter((container) => container.isEssential);
  const [only] = essential;
  if (essential.length === 1 && only !== undefined) return { name: only.name };
  return fault(
    `the task definition has ${essential.length} essential containers, so it is not clear which one gets the change`,
    `write one of ${all}`,
  );
}

function changeContainer(container: JsonObject, change: TaskDefinitionChange): JsonObject {
  const changed: { [key: string]: Json } = { ...container };
  if (change.image !== undefined) changed['image'] = change.image;
  setEntries(changed, 'environment', 'value', change.environment, change.secrets);
  setEntries(changed, 'secrets', 'valueFrom', change.secrets, change.environment);
  return changed;
}

/** Sets `entries` in a list of `{ name, <valueField> }`; names that are set in the other list now leave this one. */
function setEntries(
  container: { [key: string]: Json },
  field: string,
  valueField: string,
  entries: ReadonlyMap<string, string>,
  movedAway: ReadonlyMap<string, string>,
): void {
  if (entries.size === 0 && movedAway.size === 0) return;
  const before = Array.isArray(container[field]) ? (container[field] as readonly Json[]) : [];
  const added = new Map(entries);
  const kept = before.flatMap((entry): Json[] => {
    const name = isJsonObject(entry) && typeof entry['name'] === 'string' ? entry['name'] : undefined;
    if (!isJsonObject(entry) || name === undefined) return [entry];
    if (movedAway.has(name)) return [];
    const value = entries.get(name);
    if (value === undefined) return [entry];
    // A name that is there twice (ECS takes that) keeps one entry.
    return added.delete(name) ? [{ ...entry, [valueField]: value }] : [];
  });
  const after = [...kept, ...[...added].map(([name, value]) => ({ name, [valueField]: value }))];
  if (after.length === 0 && container[field] === undefined) return;
  container[field] = after;
}

function containersOf(definition: JsonObject): readonly Json[] {
  const containers = definition['containerDefinitions'];
  return Array.isArray(containers) ? (containers as readonly Json[]) : [];
}
