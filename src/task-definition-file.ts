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

/** YAML is a superset of JSON, but JSON's own parser is at hand at no cost and most files are JSON. */
async function parse(path: string, text: string): Promise<unknown> {
  if (text.trim() === '') throw fault(path, 'is empty', whatItIs);
  try {
    return JSON.parse(text);
  } catch {
    const { parseDocument } = await import('./yaml.ts');
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error === undefined) return document.toJS();
    const line = error.linePos?.[0].line;
    const what = error.message.split(/ at line \d+|\n/)[0] ?? error.message;
    throw fault(path, `line ${line ?? '?'}: ${what}`, 'correct the JSON or YAML');
  }
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
