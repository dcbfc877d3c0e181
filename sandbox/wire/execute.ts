import type { Place } from '../contracts.ts';
import { errorAnswer } from './errors.ts';
import { decodeJson, encodeJson } from './json.ts';
import { decodeQuery, encodeXml } from './query.ts';
import type { CallRecord } from './recorder.ts';
import type { Envelope } from './request.ts';
import { checkShape, describeIssue, type Issue, operationSchema } from './schema.ts';
import { AwsError, type AwsService } from './service.ts';

/** What became of a call. */
export interface Outcome {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly input: unknown;
  readonly ignored: readonly string[];
  readonly errorCode: string | undefined;
  /** Faults of the sandbox itself: an answer that AWS's schema does not allow, a handler that broke. */
  readonly problems: readonly string[];
}

interface Context {
  readonly place: Place;
  readonly requestId: string;
  /** Decided before the call is looked at (throttling, credentials, size). */
  readonly refused: AwsError | undefined;
}

/** Global services take signatures of any region. */
const globalServices = new Set(['sts']);

/** Reads, checks, runs and answers one call; never rejects. */
export async function execute(envelope: Envelope, context: Context): Promise<Outcome> {
  const ignored: string[] = [];
  let input: unknown;
  const fail = (error: AwsError, problems: readonly string[] = []): Outcome => {
    const answer = errorAnswer(envelope.service, envelope.protocol, error, context.requestId, envelope.queryMode);
    return {
      status: answer.status,
      contentType: contentType(envelope),
      headers: answer.headers,
      body: answer.body,
      input,
      ignored,
      errorCode: answer.code,
      problems: answer.violation === undefined ? problems : [...problems, answer.violation],
    };
  };

  const refused = context.refused ?? checkSignature(envelope, context.place);
  if (refused) return fail(refused);
  const { service, operation } = envelope;
  const schema = service && operationSchema(service, operation);
  const handler = service && Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined;
  if (!service || !schema || !handler) return fail(unknownOperation(envelope));

  const open = service.open?.includes(operation) ?? false;
  try {
    input =
      envelope.protocol === 'query'
        ? decodeQuery(schema.input, formOf(envelope), ignored)
        : decodeJson(schema.input, parseJson(envelope.text), open, ignored);
    const issues = checkShape(schema.input, input, open);
    if (issues.length > 0) return fail(badRequest(service, envelope.protocol, issues));
    const output = (await handler(input, {
      operation,
      requestId: context.requestId,
      accessKeyId: envelope.signature?.accessKeyId,
    })) as unknown;
    const wrong = checkShape(schema.output, output ?? {}, open);
    if (wrong.length > 0)
      return fail(new AwsError('InternalFailure', 'The answer violates the schema of AWS.', 500), [
        `answer: ${wrong.map(describeIssue).join('; ')}`,
      ]);
    const body =
      envelope.protocol === 'query'
        ? `<${operation}Response xmlns="${service.namespace ?? ''}"><${operation}Result>${encodeXml(schema.output, output ?? {})}` +
          `</${operation}Result><ResponseMetadata><RequestId>${context.requestId}</RequestId></ResponseMetadata></${operation}Response>`
        : JSON.stringify(encodeJson(schema.output, output ?? {}));
    return {
      status: 200,
      contentType: contentType(envelope),
      headers: {},
      body,
      input,
      ignored,
      errorCode: undefined,
      problems: [],
    };
  } catch (error) {
    if (error instanceof AwsError) return fail(error);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return fail(new AwsError('InternalFailure', 'The request processing has failed.', 500), [`handler: ${text}`]);
  }
}

/** The record of a finished call. */
export const recordOf = (at: number, service: string, envelope: Envelope, outcome: Outcome): CallRecord => ({
  at,
  service,
  operation: envelope.operation,
  input: outcome.input,
  status: outcome.status,
  errorCode: outcome.errorCode,
  ignored: outcome.ignored,
  accessKeyId: envelope.signature?.accessKeyId,
});

const contentType = (envelope: Envelope): string =>
  envelope.protocol === 'query'
    ? 'text/xml'
    : envelope.service?.protocol === 'json-1.0'
      ? 'application/x-amz-json-1.0'
      : 'application/x-amz-json-1.1';

function* formOf(envelope: Envelope): Generator<[string, string]> {
  for (const entry of envelope.params) if (entry[0] !== 'Action' && entry[0] !== 'Version') yield entry;
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new AwsError('SerializationException', '');
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html */
function checkSignature(envelope: Envelope, place: Place): AwsError | undefined {
  const { signature } = envelope;
  if (!signature) return new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  if (envelope.service && envelope.service.name !== signature.service)
    return new AwsError(
      'InvalidSignatureException',
      `Credential should be scoped to correct service: '${envelope.service.name}'. `,
    );
  if (signature.region !== place.region && !globalServices.has(signature.service))
    return new AwsError(
      'InvalidSignatureException',
      `Credential should be scoped to a valid region, not '${signature.region}'. `,
    );
  return undefined;
}

const unknownOperation = (envelope: Envelope): AwsError =>
  envelope.protocol === 'query'
    ? new AwsError(
        'InvalidAction',
        `Could not find operation ${envelope.operation} for version ${envelope.params.get('Version') ?? 'NO_VERSION_SPECIFIED'}`,
      )
    : new AwsError('UnknownOperationException', '');

/** How AWS's framework words it: a value that does not parse comes before a value that is not there. */
function badRequest(service: AwsService, protocol: 'json' | 'query', issues: readonly Issue[]): AwsError {
  const wrong = issues.find((issue) => issue.kind === 'type');
  if (wrong) {
    if (protocol === 'query')
      return new AwsError('ValidationException', `Invalid value for ${wrong.path}: must be a ${wrong.expected}`);
    return new AwsError('SerializationException', mismatch(wrong));
  }
  const missing = issues.filter((issue) => issue.kind === 'missing').map((issue) => issue.path);
  const [first = ''] = missing;
  if (service.missing) return service.missing(first);
  const problems = missing.map(
    (path) => `Value null at '${lowerFirst(path)}' failed to satisfy constraint: Member must not be null`,
  );
  return new AwsError(
    'ValidationException',
    `${missing.length} validation error${missing.length === 1 ? '' : 's'} detected: ${problems.join('; ')}`,
  );
}

const lowerFirst = (path: string): string => path.charAt(0).toLowerCase() + path.slice(1);

function mismatch(issue: Issue): string {
  if (issue.got === 'object' || issue.got === 'map') return 'Start of structure or map found where not expected.';
  if (issue.got === 'list') return 'Start of list found where not expected';
  if (issue.expected === 'list') return 'Expected list or null';
  if (issue.expected === 'structure' || issue.expected === 'map') return 'Expected map or null';
  return `${issue.got.toUpperCase()}_VALUE can not be converted to a ${issue.expected.replace(/^./, (c) => c.toUpperCase())}`;
}
