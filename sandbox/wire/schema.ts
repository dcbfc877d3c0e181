import { NormalizedSchema } from '@smithy/core/schema';
import type { AwsService } from './service.ts';

/** Input and output of an operation, read from the schemas that the SDK clients export (`DescribeServices$`). */
export interface OperationSchema {
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

/** One thing in a value that AWS's schema does not allow. `path` is like `deploymentConfiguration.alarms.enable`. */
export interface Issue {
  readonly kind: 'unknown' | 'missing' | 'type';
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

/** `[9, namespace, name, traits, input, output]`: the static form of an operation in the clients. */
type OperationTuple = readonly [9, string, string, unknown, SchemaRef, SchemaRef];

const isOperation = (value: unknown): value is OperationTuple => Array.isArray(value) && value[0] === 9;

/** Undefined when AWS has no such operation in this service. */
export function operationSchema(service: AwsService, operation: string): OperationSchema | undefined {
  const tuple = service.schemas[`${operation}$`];
  if (!isOperation(tuple) || tuple[2] !== operation) return undefined;
  return { input: NormalizedSchema.of(tuple[4]), output: NormalizedSchema.of(tuple[5]) };
}

/** Members that must be there: a structure's tuple lists them first and ends with their count. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const tuple: unknown = schema.getSchema();
  if (!Array.isArray(tuple) || typeof tuple[6] !== 'number') return [];
  return (tuple[4] as string[]).slice(0, tuple[6]);
}

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Date) return 'timestamp';
  if (value instanceof Uint8Array) return 'blob';
  return typeof value;
};

const isPlainObject = (value: unknown): value is Record<string, unknown> => kindOf(value) === 'object';

/**
 * Holds a value in the SDK's own form (Dates, Uint8Arrays) against its schema and lists all that does not fit.
 * With `open`, members that the schema does not know are let through.
 */
export function checkShape(schema: NormalizedSchema, value: unknown, open = false, path = ''): Issue[] {
  const wrong = (expected: string): Issue[] => [{ kind: 'type', path, expected, got: kindOf(value) }];
  const at = (name: string | number) => (path === '' ? `${name}` : `${path}.${name}`);

  if (schema.isUnitSchema() || schema.isDocumentSchema()) return [];
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return wrong('list');
    const member = schema.getValueSchema();
    return value.flatMap((item, index) => checkShape(member, item, open, at(index + 1)));
  }
  if (schema.isMapSchema()) {
    if (!isPlainObject(value)) return wrong('map');
    const member = schema.getValueSchema();
    return Object.entries(value).flatMap(([key, item]) => checkShape(member, item, open, at(key)));
  }
  if (schema.isStructSchema()) {
    if (!isPlainObject(value)) return wrong('structure');
    const issues: Issue[] = [];
    const members = new Set<string>();
    for (const [name, member] of schema.structIterator()) {
      members.add(name);
      const item = value[name];
      if (item !== undefined && item !== null) issues.push(...checkShape(member, item, open, at(name)));
    }
    for (const name of requiredMembers(schema)) {
      if (value[name] === undefined || value[name] === null)
        issues.push({ kind: 'missing', path: at(name), expected: 'a value', got: 'nothing' });
    }
    if (!open) {
      for (const name of Object.keys(value)) {
        if (!members.has(name) && value[name] !== undefined)
          issues.push({ kind: 'unknown', path: at(name), expected: 'nothing', got: kindOf(value[name]) });
      }
    }
    return issues;
  }
  if (schema.isTimestampSchema()) return value instanceof Date ? [] : wrong('timestamp');
  if (schema.isBlobSchema()) return value instanceof Uint8Array ? [] : wrong('blob');
  if (schema.isBooleanSchema()) return typeof value === 'boolean' ? [] : wrong('boolean');
  if (schema.isNumericSchema()) return typeof value === 'number' && !Number.isNaN(value) ? [] : wrong('number');
  if (schema.isStringSchema()) return typeof value === 'string' ? [] : wrong('string');
  return [];
}

/** One issue as a sentence. */
export const describeIssue = (issue: Issue): string =>
  issue.kind === 'missing'
    ? `${issue.path} is required`
    : issue.kind === 'unknown'
      ? `${issue.path} is not a member that AWS knows`
      : `${issue.path || 'the value'} must be a ${issue.expected}, got ${issue.got}`;
