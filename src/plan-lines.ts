/**
 * Where something stands in a file of the repository, as a line from 1. JSON is YAML too, so that one reader tells the places in both.
 * A file that cannot be read or does not have it has no line; nothing here rejects.
 */
import type { Document, Node, Pair, ParsedNode } from 'yaml';
import { identityOf, valueFieldOf } from './core/definition-diff.ts';
import { parseDocument } from './yaml.ts';

type Found = ParsedNode | Node | null | undefined;

/**
 * Tells the lines of a task definition's fields, `keys` as in FieldChange; of a field that is not there, the line of what it would
 * stand in. Undefined for a text that is no task definition. The text is read once, however many fields are asked for.
 */
export function definitionLines(text: string): (keys: readonly string[]) => number | undefined {
  const document = documentOf(text);
  const lineAt = lines(text);
  const root = document?.contents;
  if (document === undefined || !isMap(root)) return () => undefined;
  // `{ taskDefinition: {…} }` is what DescribeTaskDefinition answers.
  const inner = pairOf(root, 'taskDefinition')?.value;
  const top: Found = isMap(inner) ? inner : root;
  const entryOf = entriesOf(document);
  return (keys) => {
    const offset = offsetOfField(top, keys, entryOf);
    return offset === undefined ? undefined : lineAt(offset);
  };
}

type EntryOf = (list: Seq, name: string, identity: string) => Found;

/** Entries of a list by their identities, each list gone through once. */
function entriesOf(document: Document): EntryOf {
  const known = new Map<Seq, ReadonlyMap<string | undefined, Found>>();
  return (list, name, identity) => {
    const entries =
      known.get(list) ??
      new Map(list.items.map((item) => [identityOf(name, plainOf(resolved(document, item))), item as Found]));
    known.set(list, entries);
    return entries.get(identity);
  };
}

function offsetOfField(top: Found, keys: readonly string[], entryOf: EntryOf): number | undefined {
  let at = top;
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
      const entry = entryOf(at, name, key);
      if (entry === undefined) break;
      offset = offsetOf(entry) ?? offset;
      at = entry;
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
  return offset;
}

/**
 * The line of an input under `with:` of the step that plans for this service, in a workflow's text; of an input that is left out, the
 * line of the `with:` itself. Undefined when no step says `command: plan`, or several do and none of them names the service.
 */
export function inputLine(text: string, service: string, input: string): number | undefined {
  const document = documentOf(text);
  const root = document?.contents;
  const jobs = document && isMap(root) ? resolved(document, pairOf(root, 'jobs')?.value) : undefined;
  if (document === undefined || !isMap(jobs)) return undefined;
  const plans = jobs.items.flatMap((job) => {
    const steps = resolved(document, memberOf(document, job.value, 'steps'));
    return isSeq(steps) ? steps.items.flatMap((step) => withOfPlan(document, step)) : [];
  });
  const named = plans.filter(({ inputs }) => scalarOf(pairOf(inputs, 'service')) === service);
  const [only, ...others] = named.length > 0 ? named : plans;
  if (only === undefined || others.length > 0) return undefined;
  const offset = offsetOf((pairOf(only.inputs, input) ?? only.pair).key as Found);
  return offset === undefined ? undefined : lines(text)(offset);
}

function withOfPlan(document: Document, step: unknown): readonly { readonly pair: Pair; readonly inputs: YamlMap }[] {
  const node = resolved(document, step);
  const pair = isMap(node) ? pairOf(node, 'with') : undefined;
  const inputs = resolved(document, pair?.value);
  if (pair === undefined || !isMap(inputs)) return [];
  const command = scalarOf(pairOf(inputs, 'command')) ?? '';
  // One workflow may plan on a pull request and deploy on a push.
  const isPlan = command === 'plan' || /\$\{\{.*\bplan\b/s.test(command);
  return isPlan ? [{ pair, inputs }] : [];
}

/** The path of the workflow's file out of GITHUB_WORKFLOW_REF: "octo/shop/.github/workflows/plan.yml@refs/pull/7/merge". */
export function workflowPath(workflowRef: string): string | undefined {
  return /^[^/]+\/[^/]+\/(\.github\/workflows\/[^/@]+\.ya?ml)@/.exec(workflowRef)?.[1];
}

// ------------------------------------------------------------------ YAML's nodes

interface YamlMap {
  readonly items: readonly Pair[];
}

function documentOf(text: string): Document | undefined {
  try {
    return parseDocument(text, { keepSourceTokens: false });
  } catch {
    return undefined;
  }
}

/** What an alias stands for; anything else as it is. */
function resolved(document: Document, node: unknown): Found {
  const isAlias = typeof node === 'object' && node !== null && 'source' in node && 'resolve' in node;
  return (isAlias ? (node as { resolve(of: Document): Found }).resolve(document) : node) as Found;
}

function memberOf(document: Document, node: unknown, key: string): unknown {
  const map = resolved(document, node);
  return isMap(map) ? pairOf(map, key)?.value : undefined;
}

function isMap(node: unknown): node is YamlMap & Node {
  return hasItems(node) && (node.items.length === 0 || isPair(node.items[0]));
}

function isPair(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'key' in item;
}

type Seq = { readonly items: readonly unknown[] } & Node;

/** An empty one is both, and has nothing. */
function isSeq(node: unknown): node is Seq {
  return hasItems(node) && !isPair(node.items[0]);
}

function hasItems(node: unknown): node is { readonly items: readonly unknown[] } {
  return typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items);
}

/** Of a name that is there twice JSON takes the last. */
function pairOf(map: YamlMap, key: string): Pair | undefined {
  return map.items.findLast((pair) => scalarIn(pair.key) === key);
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

/** The line of a place in the text, from 1. */
function lines(text: string): (offset: number) => number {
  const breaks: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks.push(at);
  return (offset) => {
    // How many breaks there are before it.
    let [low, high] = [0, breaks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((breaks[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
