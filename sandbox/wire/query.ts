import type { NormalizedSchema } from '@smithy/core/schema';

/** The parameters of a form as a tree: `Rules.member.1.Arn=a` is Rules → member → 1 → Arn. */
interface Node {
  text?: string;
  readonly children: Map<string, Node>;
}

const newNode = (): Node => ({ children: new Map() });

function tree(params: Iterable<[string, string]>): Node {
  const root = newNode();
  for (const [name, text] of params) {
    let node = root;
    for (const part of name.split('.')) {
      const next = node.children.get(part) ?? newNode();
      node.children.set(part, next);
      node = next;
    }
    node.text = text;
  }
  return root;
}

/** Children by ascending number: `1`, `2`, … */
const numbered = (node: Node | undefined): Node[] =>
  [...(node?.children ?? [])]
    .filter(([name]) => /^\d+$/.test(name))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);

const trait = (schema: NormalizedSchema, name: string): unknown =>
  (schema.getMergedTraits() as Record<string, unknown>)[name];

const wireName = (schema: NormalizedSchema, fallback: string): string => {
  const name = trait(schema, 'xmlName');
  return typeof name === 'string' ? name : fallback;
};

const isFlattened = (schema: NormalizedSchema): boolean => trait(schema, 'xmlFlattened') !== undefined;

/**
 * The form of a query call in the SDK's own form. A scalar that does not parse stays a string, for checkShape to find.
 * Parameters that the schema does not know are noted in `ignored`, as AWS ignores them.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function decodeQuery(schema: NormalizedSchema, params: Iterable<[string, string]>, ignored: string[]): unknown {
  return decodeNode(schema, tree(params), ignored, '');
}

function decodeNode(schema: NormalizedSchema, node: Node, ignored: string[], path: string): unknown {
  const at = (name: string | number) => (path === '' ? `${name}` : `${path}.${name}`);
  if (schema.isStructSchema() || schema.isUnitSchema()) {
    const result: Record<string, unknown> = {};
    const known = new Set<string>();
    for (const [name, member] of schema.isUnitSchema() ? [] : schema.structIterator()) {
      const key = wireName(member, name);
      known.add(key);
      const child = node.children.get(key);
      if (child) result[name] = decodeNode(member, child, ignored, at(name));
    }
    for (const name of node.children.keys()) if (!known.has(name)) ignored.push(at(name));
    return result;
  }
  if (schema.isListSchema()) {
    const member = schema.getValueSchema();
    const items = isFlattened(schema) ? node : node.children.get(wireName(member, 'member'));
    return numbered(items).map((child, i) => decodeNode(member, child, ignored, at(i + 1)));
  }
  if (schema.isMapSchema()) {
    const entries = numbered(isFlattened(schema) ? node : node.children.get('entry'));
    const keyName = wireName(schema.getKeySchema(), 'key');
    const valueName = wireName(schema.getValueSchema(), 'value');
    return Object.fromEntries(
      entries.map((entry) => [
        entry.children.get(keyName)?.text ?? '',
        decodeNode(schema.getValueSchema(), entry.children.get(valueName) ?? newNode(), ignored, at(valueName)),
      ]),
    );
  }
  return decodeScalar(schema, node.text ?? '');
}

function decodeScalar(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) return text === 'true' ? true : text === 'false' ? false : text;
  if (schema.isNumericSchema()) return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(text, 'base64'));
  if (schema.isTimestampSchema()) {
    const date = new Date(/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : text);
    return Number.isNaN(date.getTime()) ? text : date;
  }
  return text;
}

const xmlEscapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for an XML element. */
export const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (sign) => xmlEscapes[sign] ?? sign);

/** The content of an element (without the element itself) for a value that has passed checkShape. */
export function encodeXml(schema: NormalizedSchema, value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (schema.isStructSchema()) {
    let xml = '';
    for (const [name, member] of schema.structIterator()) {
      const item = (value as Record<string, unknown>)[name];
      if (item !== undefined && item !== null) xml += encodeMember(member, wireName(member, name), item);
    }
    return xml;
  }
  if (schema.isListSchema()) {
    const member = schema.getValueSchema();
    const name = wireName(member, 'member');
    return (value as unknown[]).map((item) => element(name, encodeXml(member, item))).join('');
  }
  if (schema.isMapSchema()) {
    return encodeEntries(schema, value)
      .map((entry) => element('entry', entry))
      .join('');
  }
  return escapeXml(String(value));
}

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

const encodeEntries = (schema: NormalizedSchema, value: unknown): string[] =>
  Object.entries(value as Record<string, unknown>).map(
    ([key, item]) =>
      element(wireName(schema.getKeySchema(), 'key'), escapeXml(key)) +
      element(wireName(schema.getValueSchema(), 'value'), encodeXml(schema.getValueSchema(), item)),
  );

function encodeMember(schema: NormalizedSchema, name: string, value: unknown): string {
  if (!isFlattened(schema)) return element(name, encodeXml(schema, value));
  const items = schema.isMapSchema()
    ? encodeEntries(schema, value)
    : (value as unknown[]).map((item) => encodeXml(schema.getValueSchema(), item));
  return items.map((item) => element(name, item)).join('');
}
