/**
 * GitHub's own OpenAPI description, cut to what is spoken here (.ci/cut-github-api.ts), as a judge of requests, answers
 * and events.
 */
import { readFileSync } from 'node:fs';
import { type Document, OpenAPIBackend, type Operation } from 'openapi-backend';

/** What one side said that GitHub's description does not allow. */
export interface ContractFault {
  /** `body`, `query` or `path` of a request, or the answer. */
  readonly where: 'body' | 'query' | 'path' | 'answer';
  /** In the words in which GitHub's own validator answers, for a body: `"name" wasn't supplied.` */
  readonly words: string;
  /** JSON pointer to the value. */
  readonly pointer: string;
}

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Contract {
  /** Undefined when the description has no such path and method. */
  operationOf(method: string, path: string): Operation | undefined;
  /** Every fault at once; none of them for a request that GitHub takes. */
  requestFaults(request: ApiRequest, operation: Operation): readonly ContractFault[];
  answerFaults(operation: Operation, status: number, body: unknown): readonly ContractFault[];
  /** Members of the body and of the query that GitHub does not know and ignores: nearly always a mistake of the client. */
  ignoredBy(operation: Operation, request: ApiRequest): readonly string[];
}

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: unknown;
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: unknown;
  readonly message?: string;
}

const loaded = new Map<string, Promise<Contract>>();

/** `name`: api or webhooks, both beside this file. Read once a process; it keeps no state. */
export function loadContract(name: 'api' | 'webhooks'): Promise<Contract> {
  const contract = loaded.get(name) ?? read(name);
  loaded.set(name, contract);
  return contract;
}

async function read(name: string): Promise<Contract> {
  const text = readFileSync(new URL(`./${name}.github.com.json`, import.meta.url), 'utf8');
  const api = new OpenAPIBackend({
    definition: withNulls(JSON.parse(text)) as Document,
    strict: true,
    ignoreTrailingSlashes: false,
    // Each validator is made when it is first needed: all of them take seconds.
    quick: true,
    ajvOpts: { allErrors: true, strict: false },
    customizeAjv: (ajv) => {
      ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
      // Addresses that were never set come as empty texts.
      ajv.addFormat('uri', (value: string) => value === '' || URL.canParse(value));
      for (const format of ['uri-template', 'email', 'timestamp', 'int64']) ajv.addFormat(format, true);
      return ajv;
    },
  });
  await api.init();

  return {
    operationOf(method, path) {
      try {
        return api.matchOperation({ method, path, headers: {} });
      } catch {
        return undefined;
      }
    },
    requestFaults(request, operation) {
      const { errors } = api.validateRequest(toLibrary(request), operation);
      // The library refuses what it does not know in a query; GitHub does not (see `ignoredBy`).
      const told = (errors ?? []).filter(({ keyword }) => keyword !== 'additionalProperties');
      return told.map((error) => requestFault(error, request));
    },
    answerFaults(operation, status, body) {
      if (!(String(status) in (operation.responses ?? {}))) return undescribed(status, body);
      const { errors } = api.validateResponse(body, operation, status);
      return (errors ?? []).map((error) => ({
        where: 'answer' as const,
        words: `${error.message ?? error.keyword}`,
        pointer: error.instancePath,
      }));
    },
    ignoredBy(operation, { body, query }) {
      const schema = bodySchema(operation);
      const parameters = (operation.parameters ?? []) as readonly { readonly name?: string; readonly in?: string }[];
      const known = new Set(parameters.filter((one) => one.in === 'query').map((one) => one.name));
      return [
        ...(schema === undefined ? [] : unknownMembers(schema, body, '')),
        ...Object.keys(query)
          .filter((name) => !known.has(name))
          .map((name) => `?${name}`),
      ];
    },
  };
}

function toLibrary({ method, path, query, headers, body }: ApiRequest) {
  // The exact type, since the library takes a body only for that one.
  return {
    method,
    path,
    query: { ...query },
    headers: { ...headers, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  };
}

/**
 * `nullable` beside an `enum` without null, or without a type, means to GitHub that null comes too; JSON Schema's
 * validators need it said.
 */
function withNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNulls);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, withNulls(one)]),
  );
  if (copy['nullable'] !== true) return copy;
  if (Array.isArray(copy['enum']) && !copy['enum'].includes(null)) copy['enum'].push(null);
  if (!('type' in copy)) {
    delete copy['nullable'];
    const isTaken = (one: unknown) => (one as { nullable?: boolean }).nullable === true;
    const choices = copy['oneOf'];
    if (Array.isArray(choices) && !choices.some(isTaken))
      choices.push({ type: 'string', nullable: true, enum: [null] });
  }
  return copy;
}

/** Errors that GitHub gives everywhere are described nowhere, but all of one form. */
function undescribed(status: number, body: unknown): readonly ContractFault[] {
  const fault = (words: string): ContractFault => ({ where: 'answer', words, pointer: '' });
  if (status < 400) return [fault(`status ${status} is not described`)];
  // A server in trouble answers with a page.
  if (status >= 500) return [];
  const { message, documentation_url: page } = (body ?? {}) as Record<string, unknown>;
  return typeof message === 'string' && typeof page === 'string'
    ? []
    : [fault('an error has a message and a documentation_url')];
}

function bodySchema(operation: Operation): Schema | undefined {
  const body = operation.requestBody as { content?: Record<string, { schema?: Schema }> } | undefined;
  return body?.content?.['application/json']?.schema;
}

function unknownMembers(schema: Schema, value: unknown, at: string): string[] {
  if (Array.isArray(value))
    return value.flatMap((one, index) => (schema.items ? unknownMembers(schema.items, one, `${at}/${index}`) : []));
  if (typeof value !== 'object' || value === null || schema.properties === undefined) return [];
  const { properties } = schema;
  return Object.entries(value).flatMap(([name, one]) => {
    const known = properties[name];
    if (known !== undefined) return unknownMembers(known, one, `${at}/${name}`);
    return schema.additionalProperties === true ? [] : [`${at}/${name}`];
  });
}

function requestFault(error: SchemaError, request: ApiRequest): ContractFault {
  const [, part = 'requestBody', ...rest] = error.instancePath.split('/');
  const where = part === 'query' || part === 'path' ? part : 'body';
  const value = where === 'body' ? valueAt(request.body, rest) : undefined;
  return { where, words: wordsFor(error, value, rest), pointer: rest.map((name) => `/${name}`).join('') };
}

function valueAt(body: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], body);
}

/** As github.com's validator words it, where users have seen it. */
function wordsFor(error: SchemaError, value: unknown, path: readonly string[]): string {
  const params = error.params as Readonly<Record<string, unknown>>;
  const length = typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length : 0;
  switch (error.keyword) {
    case 'required':
      return `"${params['missingProperty']}" wasn't supplied.`;
    case 'maxLength':
      return `Only ${params['limit']} characters are allowed; ${length} were supplied.`;
    case 'maxItems':
      return `No more than ${params['limit']} items are allowed; ${length} were supplied.`;
    case 'enum':
      return `${String(value)} is not a member of ${JSON.stringify(params['allowedValues']).replaceAll('","', '", "')}.`;
    case 'anyOf':
    case 'oneOf':
      return `No subschema in "${error.keyword}" matched.`;
    case 'type':
      return `For 'properties/${path.join('/properties/')}', ${JSON.stringify(value)} is not a ${params['type']}.`;
    default:
      return `For 'properties/${path.join('/properties/')}', ${JSON.stringify(value)} ${error.message ?? error.keyword}.`;
  }
}
