import { parseSync } from '@swc/core';

/** One place in a file where another module is named. */
export interface Import {
  /** 1-based. */
  readonly line: number;
  /** As written; undefined when only the run can tell (`import(name)`). */
  readonly specifier: string | undefined;
}

/** One place where a file is not a plain function of its arguments. */
export interface Impurity {
  /** 1-based. */
  readonly line: number;
  readonly what: string;
}

export interface ModuleRead {
  readonly imports: readonly Import[];
  readonly impurities: readonly Impurity[];
}

interface Node {
  readonly type: string;
  readonly span?: { readonly start: number };
  readonly [key: string]: unknown;
}

/** What a TypeScript module imports, in every way there is, and where it is asynchronous or leaves things to chance. */
export function readModule(source: string): ModuleRead {
  const imports: Import[] = [];
  const impurities: Impurity[] = [];
  const bytes = Buffer.from(source);
  // swc counts bytes, from 1. A node without a place of its own (a class method's function) has that of the node around it.
  const lineAt = (start: number) =>
    bytes
      .subarray(0, Math.max(0, start - 1))
      .toString('latin1')
      .split('\n').length;

  const visit = (value: unknown, around: number): void => {
    if (Array.isArray(value)) {
      for (const one of value) visit(one, around);
    } else if (isRecord(value)) {
      const start = isNode(value) && value.span ? value.span.start : around;
      if (isNode(value)) {
        const named = namedModule(value);
        if (named) imports.push({ line: lineAt(start), specifier: named.specifier });
      }
      const what = impurity(value);
      if (what) impurities.push({ line: lineAt(start), what });
      for (const child of Object.values(value)) visit(child, start);
    }
  };
  visit(parseSync(source, { syntax: 'typescript', target: 'es2022' }), 1);
  return { imports, impurities };
}

function namedModule(node: Node): { specifier: string | undefined } | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return node.source ? { specifier: literal(node.source) } : undefined;
    case 'TsImportType':
      return { specifier: literal(node.argument) };
    case 'TsExternalModuleReference':
      return { specifier: literal(node.expression) };
    case 'CallExpression':
      return isNode(node.callee) && (node.callee.type === 'Import' || node.callee.value === 'require')
        ? { specifier: literal((node.arguments as { expression: unknown }[])[0]?.expression) }
        : undefined;
    default:
      return undefined;
  }
}

/** The text of a string, or of a template without holes. */
function literal(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'StringLiteral') return value.value as string;
  const quasis = value.type === 'TemplateLiteral' ? (value.quasis as { cooked: string }[]) : [];
  return quasis.length === 1 ? quasis[0]?.cooked : undefined;
}

function impurity(value: Record<string, unknown>): string | undefined {
  if (value.async === true) return 'has an async function';
  if (!isNode(value)) return undefined;
  if (value.type === 'AwaitExpression') return 'awaits';
  if (value.type !== 'MemberExpression' || !isNode(value.object) || !isNode(value.property)) return undefined;
  return value.object.value === 'Math' && value.property.value === 'random' ? 'leaves it to Math.random' : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isNode(value: unknown): value is Node {
  return isRecord(value) && typeof value.type === 'string';
}
