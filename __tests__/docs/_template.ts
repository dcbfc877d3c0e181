/** A CloudFormation template as CloudFormation reads it: parsed with its short forms, and resolved for given parameters. */
import { readFileSync } from 'node:fs';
import { isAlias, parseDocument, type ScalarTag, visit } from 'yaml';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonMap = { readonly [key: string]: Json };

interface Parameter {
  readonly Type: string;
  readonly Description?: string;
  readonly Default?: string | number;
  readonly AllowedPattern?: string;
  readonly AllowedValues?: readonly (string | number)[];
}
interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: JsonMap;
}
export interface Template {
  readonly Description: string;
  readonly Metadata: JsonMap;
  readonly Parameters: Readonly<Record<string, Parameter>>;
  readonly Conditions: Readonly<Record<string, Json>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Description?: string; readonly Value: Json }>>;
}

/** What stands behind a tag, in its long form: `!Ref x` is `{ Ref: x }`, `!GetAtt a.b` is `{ 'Fn::GetAtt': ['a', 'b'] }`. */
const FUNCTIONS = ['Ref', 'Condition', 'GetAtt', 'Sub', 'If', 'Equals', 'Not', 'And', 'Or', 'Join', 'Select'] as const;

const longName = (name: string) => (name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`);

/** Throws on what CloudFormation's YAML does not have: aliases, and tags that are none of its functions. */
export function readTemplate(file: string): Template {
  const scalarTags: ScalarTag[] = FUNCTIONS.map((name) => ({
    tag: `!${name}`,
    resolve: (text) => ({ [longName(name)]: name === 'GetAtt' ? text.split(/\.(.*)/s, 2) : text }),
  }));
  const listTags = FUNCTIONS.map((name) => ({
    tag: `!${name}`,
    collection: 'seq' as const,
    resolve: (seq: { toJSON(): unknown }) => ({ toJSON: () => ({ [longName(name)]: seq.toJSON() }) }),
  }));
  // biome-ignore lint/suspicious/noExplicitAny: a collection's tag may make any node; its type asks for the collection itself.
  const customTags = [...scalarTags, ...(listTags as any[])];
  const document = parseDocument(readFileSync(file, 'utf8'), { customTags });
  for (const fault of [...document.errors, ...document.warnings]) throw fault;
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
  visit(document, (_, node) => {
    if (isAlias(node)) throw new Error(`${file} has the alias *${node.source}, which CloudFormation does not read`);
  });
  return JSON.parse(JSON.stringify(document.toJSON())) as Template;
}

export interface References {
  /** Of `Ref` and of `${…}` in `Fn::Sub`, those of AWS itself (`AWS::Region`) left out. */
  readonly names: ReadonlySet<string>;
  /** Resource and attribute. */
  readonly attributes: ReadonlySet<string>;
  readonly conditions: ReadonlySet<string>;
}

/** Everything that a part of a template points to. */
export function referencesIn(part: unknown): References {
  const names = new Set<string>();
  const attributes = new Set<string>();
  const conditions = new Set<string>();
  const addVariables = (text: string, own: readonly string[]) => {
    for (const [, name = ''] of text.matchAll(/\$\{([^!}]+)\}/g)) {
      if (own.includes(name) || name.startsWith('AWS::')) continue;
      if (name.includes('.')) attributes.add(name);
      else names.add(name);
    }
  };
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'Ref' && typeof inner === 'string') {
        if (!inner.startsWith('AWS::')) names.add(inner);
      } else if (key === 'Condition' && typeof inner === 'string') conditions.add(inner);
      else if (key === 'Fn::GetAtt') attributes.add((inner as string[]).join('.'));
      else if (key === 'Fn::Sub' && typeof inner === 'string') addVariables(inner, []);
      else if (key === 'Fn::Sub') {
        const [text, own] = inner as [string, object];
        addVariables(text, Object.keys(own));
        walk(own);
      } else if (key === 'Fn::If') {
        conditions.add((inner as string[])[0] ?? '');
        walk((inner as unknown[]).slice(1));
      } else walk(inner);
    }
  };
  walk(part);
  return { names, attributes, conditions };
}

/** What CloudFormation knows of a stack while it makes it. */
export interface World {
  readonly region: string;
  readonly account: string;
  /** `Ref` of a resource. */
  readonly id: (logicalId: string) => string;
  /** `Fn::GetAtt` of a resource. */
  readonly attribute: (logicalId: string, name: string) => string;
}

export interface Resolved {
  /** Properties of a resource of this stack. Resolved when asked for: what it refers to has to be known by then. */
  properties(logicalId: string): JsonMap;
  /** Logical ids of the resources that the conditions let be. */
  readonly resources: readonly string[];
  output(name: string): string;
}

const NOTHING = Symbol('AWS::NoValue');

/** A stack with these parameters; throws on one that the template has not, that it refuses, or that is missing. */
export function resolveTemplate(
  template: Template,
  given: Readonly<Record<string, string | number>>,
  world: World,
): Resolved {
  const parameters = new Map<string, Json>();
  for (const name of Object.keys(given)) {
    if (template.Parameters[name] === undefined) throw new Error(`the template has no parameter ${name}`);
  }
  for (const [name, parameter] of Object.entries(template.Parameters)) {
    const value = given[name] ?? parameter.Default;
    if (value === undefined) throw new Error(`parameter ${name} needs a value`);
    const { AllowedPattern: pattern, AllowedValues: values } = parameter;
    if (pattern !== undefined && !new RegExp(pattern).test(String(value))) throw new Error(`${name}: ${value}`);
    if (values !== undefined && !values.map(String).includes(String(value))) throw new Error(`${name}: ${value}`);
    parameters.set(name, /List/.test(parameter.Type) ? String(value).split(',') : String(value));
  }
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': world.region,
    'AWS::AccountId': world.account,
    'AWS::Partition': 'aws',
  };

  const reference = (name: string): Json | typeof NOTHING => {
    if (name === 'AWS::NoValue') return NOTHING;
    const known = pseudo[name] ?? parameters.get(name);
    if (known !== undefined) return known;
    if (template.Resources[name] === undefined) throw new Error(`there is no ${name}`);
    return world.id(name);
  };
  const substitute = (text: string, own: JsonMap): string =>
    text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal !== '') return `\${${name}}`;
      if (name in own) return String(own[name]);
      const [logicalId = '', attribute] = name.split(/\.(.*)/s, 2);
      return String(attribute === undefined ? reference(name) : world.attribute(logicalId, attribute));
    });
  const holds = (name: string): boolean => {
    const condition = template.Conditions[name];
    if (condition === undefined) throw new Error(`there is no condition ${name}`);
    return resolve(condition) === true;
  };
  const resolve = (value: Json): Json | typeof NOTHING => {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== NOTHING) as Json[];
    if (typeof value !== 'object' || value === null) return value;
    const map = value as JsonMap;
    const [[name, inner] = ['', null], ...others] = Object.entries(map);
    if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::') || isCondition(name, inner))) {
      return call(name, inner);
    }
    const members = Object.entries(map).map(([key, item]) => [key, resolve(item)] as const);
    return Object.fromEntries(members.filter(([, item]) => item !== NOTHING)) as JsonMap;
  };
  const isCondition = (name: string, inner: Json) => name === 'Condition' && typeof inner === 'string';
  const call = (name: string, inner: Json): Json | typeof NOTHING => {
    const list = Array.isArray(inner) ? (inner as readonly Json[]) : [inner];
    switch (name) {
      case 'Ref':
        return reference(String(inner));
      case 'Condition':
        return holds(String(inner));
      case 'Fn::GetAtt':
        return world.attribute(String(list[0]), String(list[1]));
      case 'Fn::Sub':
        return substitute(String(list[0]), (list[1] === undefined ? {} : resolve(list[1])) as JsonMap);
      case 'Fn::If':
        return resolve((holds(String(list[0])) ? list[1] : list[2]) ?? null);
      case 'Fn::Equals':
        return String(resolve(list[0] ?? null)) === String(resolve(list[1] ?? null));
      case 'Fn::Not':
        return !resolve(list[0] ?? null);
      case 'Fn::And':
        return list.every((item) => resolve(item) === true);
      case 'Fn::Join':
        return (resolve(list[1] ?? null) as readonly string[]).join(String(list[0]));
      default:
        throw new Error(`${name} is not among the functions that are resolved here`);
    }
  };

  return {
    resources: Object.entries(template.Resources)
      .filter(([, { Condition }]) => Condition === undefined || holds(Condition))
      .map(([logicalId]) => logicalId),
    properties: (logicalId) => resolve(template.Resources[logicalId]?.Properties ?? {}) as JsonMap,
    output: (name) => String(resolve(template.Outputs[name]?.Value ?? null)),
  };
}
