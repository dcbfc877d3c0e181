/**
 * Where something stands in a file of the repository, as a line from 1. JSON is YAML too, so that one reader tells the places in both.
 * A file that cannot be read or does not have it has no line; nothing here rejects.
 */
import type { Node, Pair, ParsedNode } from 'yaml';
import { identityOf, valueFieldOf } from './core/definition-diff.ts';
import { parseDocument } from './yaml.ts';

type Found = ParsedNode | Node | null | undefined;

/**
 * The line of a field of a task definition, `keys` as in FieldChange; of a field that is not there, the line of what it would stand in.
 * Undefined for a text that is no task definition.
 */
export function definitionLine(text: string, keys: readonly string[]): number | undefined {
  const root = contentsOf(text);
  if (!isMap(root)) return undefined;
  // `{ taskDefinition: {…} }` is what DescribeTaskDefinition answers.
  const inner = pairOf(root, 'taskDefinition');
  let at: Found = isMap(inner?.value) ? inner.value : root;
  let offset = offsetOf(at);
  let list: string | undefined;
  for (const key of keys) {
    if (isMap(at)) {
      const pair = pairOf(at, key);
      if (pair === undefined) break;
      offset = offsetOf(pair.key as Found) ?? offset;
      at = pair.value as Found;
      list = key;
    } else if (isSeq(at) && list !== undefined) {
      const name: string = list;
      const entry = at.items.find((item) => identityOf(name, plainOf(item)) === key);
      if (entry === undefined) break;
      offset = offsetOf(entry as Found) ?? offset;
      at = entry as Found;
      // Of a name with its value it is the value that changes.
      const value = valueFieldOf(name);
      const pair = value === undefined || !isMap(at) ? undefined : pairOf(at, value);
      if (pair !== undefined) {
        offset = offsetOf(pair.key as Found) ?? offset;
        at = pair.value as Found;
      }
      list = undefined;
    } else break;
  }
  return offset === undefined ? undefined : lineAt(text, offset);
}

/**
 * The line of an input under `with:` of the step that plans for this service, in a workflow's text; of an input that is left out, the
 * line of the `with:` itself. Undefined when no step says `command: plan`, or several do and none of them names the service.
 */
export function inputLine(text: string, service: string, input: string): number | undefined {
  const root = contentsOf(text);
  const jobs = isMap(root) ? pairOf(root, 'jobs')?.value : undefined;
  if (!isMap(jobs)) return undefined;
  const plans = jobs.items.flatMap(({ value: job }) => {
    const steps = isMap(job) ? pairOf(job, 'steps')?.value : undefined;
    return isSeq(steps) ? steps.items.flatMap((step) => withOfPlan(step as Found)) : [];
  });
  const named = plans.filter(({ inputs }) => scalarOf(pairOf(inputs, 'service')) === service);
  const [only, ...others] = named.length > 0 ? named : plans;
  if (only === undefined || others.length > 0) return undefined;
  const offset = offsetOf((pairOf(only.inputs, input) ?? only.pair).key as Found);
  return offset === undefined ? undefined : lineAt(text, offset);
}

function withOfPlan(step: Found): readonly { readonly pair: Pair; readonly inputs: YamlMap }[] {
  const pair = isMap(step) ? pairOf(step, 'with') : undefined;
  const inputs = pair?.value;
  if (pair === undefined || !isMap(inputs) || scalarOf(pairOf(inputs, 'command')) !== 'plan') return [];
  return [{ pair, inputs }];
}

/** The path of the workflow's file out of GITHUB_WORKFLOW_REF: "octo/shop/.github/workflows/plan.yml@refs/pull/7/merge". */
export function workflowPath(workflowRef: string): string | undefined {
  return /^[^/]+\/[^/]+\/(\.github\/workflows\/[^/@]+\.ya?ml)@/.exec(workflowRef)?.[1];
}

// ------------------------------------------------------------------ YAML's nodes

interface YamlMap {
  readonly items: readonly Pair[];
}

function contentsOf(text: string): Found {
  try {
    return parseDocument(text, { keepSourceTokens: false }).contents;
  } catch {
    return undefined;
  }
}

function isMap(node: unknown): node is YamlMap & Node {
  return hasItems(node) && node.items.every((item) => typeof item === 'object' && item !== null && 'key' in item);
}

function isSeq(node: unknown): node is { readonly items: readonly unknown[] } & Node {
  return hasItems(node) && !isMap(node);
}

function hasItems(node: unknown): node is { readonly items: readonly unknown[] } {
  return typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items);
}

function pairOf(map: YamlMap, key: string): Pair | undefined {
  return map.items.find((pair) => scalarIn(pair.key) === key);
}

function scalarOf(pair: Pair | undefined): string | undefined {
  return scalarIn(pair?.value);
}

function scalarIn(node: unknown): string | undefined {
  const value = typeof node === 'object' && node !== null && 'value' in node ? node.value : undefined;
  return value === undefined || value === null ? undefined : String(value).trim();
}

/** An entry as plain data: names and ports are all that is asked of it. */
function plainOf(node: unknown): unknown {
  if (!isMap(node)) return undefined;
  return Object.fromEntries(
    node.items.flatMap(({ key, value }) => {
      const scalar = typeof value === 'object' && value !== null && 'value' in value ? value.value : undefined;
      return typeof scalar === 'string' || typeof scalar === 'number' ? [[scalarIn(key) ?? '', scalar]] : [];
    }),
  );
}

function offsetOf(node: Found): number | undefined {
  return node?.range?.[0];
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
