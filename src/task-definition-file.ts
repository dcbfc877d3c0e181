import { readFile } from 'node:fs/promises';
import { FaultsFound } from './core/errors.ts';
import { isJsonObject, type JsonObject } from './core/json.ts';

const whatItIs =
  'give a task definition as RegisterTaskDefinition takes it, or as `aws ecs describe-task-definition` prints it';

/**
 * The task definition in a JSON or YAML file, as RegisterTaskDefinition takes it (a whole answer of
 * DescribeTaskDefinition is unwrapped, its tags kept). Rejects with FaultsFound, subject `task-definition`.
 */
export async function readTaskDefinitionFile(path: string): Promise<JsonObject> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code ?? error.message})`;
    throw fault(
      path,
      why,
      'write its path from the root of the repository, and check the repository out before this step',
    );
  });
  // A byte order mark is what editors on Windows leave; no reader of JSON takes it.
  const data = await parse(path, text.replace(/^\uFEFF/, ''));
  if (isTooDeep(data)) throw fault(path, `is nested more than ${MOST_LEVELS} levels deep`, whatItIs);
  if (!isJsonObject(data)) throw fault(path, 'is not an object', whatItIs);
  const definition = unwrap(data);
  if (Array.isArray(definition['containerDefinitions']) && definition['containerDefinitions'].every(isJsonObject)) {
    return definition;
  }
  if ('ContainerDefinitions' in definition || 'Properties' in definition || 'Resources' in definition) {
    throw fault(path, 'is a CloudFormation template: its names begin with capitals', whatItIs);
  }
  const problem =
    'containerDefinitions' in definition
      ? 'has a containerDefinitions that is not a list of objects'
      : 'has no containerDefinitions';
  throw fault(path, problem, whatItIs);
}

/** Far more than a task definition has. Whoever walks through it would run out of stack. */
const MOST_LEVELS = 50;

function isTooDeep(data: unknown, levels = 0): boolean {
  if (typeof data !== 'object' || data === null) return false;
  return levels >= MOST_LEVELS || Object.values(data).some((inner) => isTooDeep(inner, levels + 1));
}

/** YAML is a superset of JSON, but JSON's own parser is at hand at no cost and most files are JSON. */
async function parse(path: string, text: string): Promise<unknown> {
  if (text.trim() === '') throw fault(path, 'is empty', whatItIs);
  try {
    return JSON.parse(text);
  } catch {
    const { parseDocument } = await import('./yaml.ts');
    // `<<: *base` is of YAML 1.1, and people have it in their files: without it what it brings would be left out silently.
    const document = parseDocument(text, { merge: true });
    const [error] = document.errors;
    if (error !== undefined) {
      const line = error.linePos?.[0].line;
      const what =
        error.code === 'MULTIPLE_DOCS'
          ? 'a second document begins here'
          : (error.message.split(/ at line \d+|\n/)[0] ?? error.message);
      throw fault(path, `line ${line ?? '?'}: ${what}`, 'correct the JSON or YAML');
    }
    const comment = text.trimStart().startsWith('{') ? commentIn(text) : undefined;
    if (comment !== undefined) {
      throw fault(
        path,
        `line ${comment.line}: ${comment.sign} is no comment in JSON`,
        'take it out, or begin it with #',
      );
    }
    try {
      const data: unknown = document.toJS();
      // What holds itself has no end.
      JSON.stringify(data);
      return data;
    } catch (error) {
      // An alias without its anchor, or more of them than a file of this kind has.
      const [why] = (error as Error).message.split('\n');
      throw fault(path, `cannot be read: ${why}`, 'correct its anchors and aliases');
    }
  }
}

/** YAML takes a comment of JavaScript's for the beginning of the next name, which would be lost. */
function commentIn(json: string): { readonly sign: string; readonly line: number } | undefined {
  const bare = json.replace(/"(?:[^"\\\n]|\\.)*"|#.*/g, '');
  const found = /(?<![^\s,{}[\]])(\/\/|\/\*)/.exec(bare);
  return found === null ? undefined : { sign: found[0], line: bare.slice(0, found.index).split('\n').length };
}

/** `{ taskDefinition: {…}, tags: […] }` is what DescribeTaskDefinition answers and what people save to a file. */
function unwrap(data: JsonObject): JsonObject {
  const inner = data['taskDefinition'];
  if (!isJsonObject(inner)) return data;
  return data['tags'] === undefined ? inner : { ...inner, tags: data['tags'] };
}

function fault(path: string, problem: string, fix: string): FaultsFound {
  return new FaultsFound([{ subject: 'task-definition', problem: `${path} ${problem}`, fix }]);
}
