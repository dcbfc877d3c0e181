import type { NormalizedSchema } from '@smithy/core/schema';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A parsed JSON body in the SDK's own form: timestamps (epoch seconds) become Dates, blobs (base64) bytes, nulls are
 * left out. What has the wrong type stays as it is, for checkShape to find. Unknown members are dropped as AWS drops
 * them, their paths noted in `ignored`; with `open` they are kept.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function decodeJson(
  schema: NormalizedSchema,
  raw: unknown,
  open: boolean,
  ignored: string[],
  path = '',
): unknown {
  const at = (name: string | number) => (path === '' ? `${name}` : `${path}.${name}`);
  if (schema.isStructSchema() && isObject(raw)) {
    const result: Record<string, unknown> = {};
    const members = new Set<string>();
    for (const [name, member] of schema.structIterator()) {
      members.add(name);
      const value = raw[name];
      if (value !== undefined && value !== null) result[name] = decodeJson(member, value, open, ignored, at(name));
    }
    for (const [name, value] of Object.entries(raw)) {
      if (members.has(name)) continue;
      if (open) result[name] = value;
      else ignored.push(at(name));
    }
    return result;
  }
  if (schema.isListSchema() && Array.isArray(raw)) {
    const member = schema.getValueSchema();
    return raw.filter((item) => item !== null).map((item, i) => decodeJson(member, item, open, ignored, at(i + 1)));
  }
  if (schema.isMapSchema() && isObject(raw)) {
    const member = schema.getValueSchema();
    const entries = Object.entries(raw).filter(([, value]) => value !== null);
    return Object.fromEntries(entries.map(([k, v]) => [k, decodeJson(member, v, open, ignored, at(k))]));
  }
  if (schema.isTimestampSchema() && typeof raw === 'number') return new Date(raw * 1000);
  if (schema.isBlobSchema() && typeof raw === 'string') return new Uint8Array(Buffer.from(raw, 'base64'));
  return raw;
}

/** The inverse of decodeJson, for answers; the value has passed checkShape. */
export function encodeJson(schema: NormalizedSchema, value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (schema.isStructSchema() && isObject(value)) {
    const members = new Map(schema.structIterator());
    const result: Record<string, unknown> = {};
    for (const [name, item] of Object.entries(value)) {
      const member = members.get(name);
      if (item !== undefined && item !== null) result[name] = member ? encodeJson(member, item) : item;
    }
    return result;
  }
  if (schema.isListSchema() && Array.isArray(value)) {
    const member = schema.getValueSchema();
    return value.map((item) => encodeJson(member, item));
  }
  if (schema.isMapSchema() && isObject(value)) {
    const member = schema.getValueSchema();
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encodeJson(member, item)]));
  }
  return value;
}
