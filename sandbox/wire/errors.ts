import { NormalizedSchema } from '@smithy/core/schema';
import { encodeJson } from './json.ts';
import { escapeXml } from './query.ts';
import { checkShape, describeIssue } from './schema.ts';
import type { AwsError, AwsService } from './service.ts';

/** An error as it goes over the wire. `violation` says why AWS could not have answered so. */
export interface ErrorAnswer {
  /** The exception's name in the model, as it is recorded. */
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly violation?: string;
}

type ErrorTuple = readonly [-3, string, string, Readonly<Record<string, unknown>>, readonly string[], unknown];

const isError = (value: unknown): value is ErrorTuple => Array.isArray(value) && value[0] === -3;

/**
 * Errors that AWS's front ends give for every service, with their names in the query protocol and its status.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html
 */
const commonErrors: Readonly<Record<string, readonly [queryCode: string, queryStatus: number]>> = {
  ThrottlingException: ['Throttling', 400],
  ExpiredTokenException: ['ExpiredToken', 403],
  UnrecognizedClientException: ['InvalidClientTokenId', 403],
  MissingAuthenticationTokenException: ['MissingAuthenticationToken', 403],
  IncompleteSignatureException: ['IncompleteSignature', 400],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  AccessDeniedException: ['AccessDenied', 403],
  ValidationException: ['ValidationError', 400],
  SerializationException: ['MalformedInput', 400],
  UnknownOperationException: ['InvalidAction', 400],
  InternalFailure: ['InternalFailure', 500],
  ServiceUnavailable: ['ServiceUnavailable', 503],
  RequestEntityTooLargeException: ['RequestEntityTooLarge', 413],
};
const commonQueryCodes = new Map(Object.entries(commonErrors).map(([name, [code]]) => [code, name]));

/** The error's schema in the service's model, found by its name or by its code in the query protocol. */
function errorSchema(service: AwsService | undefined, code: string): ErrorTuple | undefined {
  const direct = service?.schemas[`${code}$`];
  if (isError(direct)) return direct;
  return Object.values(service?.schemas ?? {})
    .filter(isError)
    .find((tuple) => queryTrait(tuple)?.[0] === code);
}

const queryTrait = (tuple: ErrorTuple): readonly [string, number] | undefined =>
  tuple[3]['awsQueryError'] as readonly [string, number] | undefined;

/** AWS's shape of an error in the protocol of the request. */
export function errorAnswer(
  service: AwsService | undefined,
  protocol: 'json' | 'query',
  error: AwsError,
  requestId: string,
  queryMode: boolean,
): ErrorAnswer {
  const schema = errorSchema(service, error.code);
  const commonName = error.code in commonErrors ? error.code : commonQueryCodes.get(error.code);
  const common = commonName === undefined ? undefined : commonErrors[commonName];
  const code = schema?.[2] ?? commonName ?? error.code;
  // A front end's own code wins: STS has an ExpiredTokenException of its own, but a call's stale token is ExpiredToken.
  const queryCode = common?.[0] ?? (schema && queryTrait(schema)?.[0]) ?? error.code;
  const modelled = schema?.[3]['httpError'];
  const status =
    error.status !== 400
      ? error.status
      : typeof modelled === 'number'
        ? modelled
        : protocol === 'query'
          ? (common?.[1] ?? 400)
          : 400;
  const violation = findViolation(schema, common !== undefined, error, service);
  const extra = violation === undefined ? {} : { violation };
  if (protocol === 'query') {
    const type = status >= 500 ? 'Receiver' : 'Sender';
    const body =
      `<ErrorResponse xmlns="${service?.namespace ?? ''}"><Error><Type>${type}</Type><Code>${escapeXml(queryCode)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { code, status, headers: {}, body, ...extra };
  }
  // A modelled error names its text as the model does (ELBv2 has `Message`, most have `message`).
  const textMember = schema?.[4].find((name) => name.toLowerCase() === 'message') ?? 'message';
  const fields = schema ? (encodeJson(NormalizedSchema.of(schema as never), error.fields) as object) : error.fields;
  const body = JSON.stringify({ __type: code, ...fields, ...(error.message && { [textMember]: error.message }) });
  const headers: Record<string, string> = { 'x-amzn-errortype': code };
  // Clients that know the service by its query protocol read the old code here.
  // https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
  if (queryMode) headers['x-amzn-query-error'] = `${queryCode};${status >= 500 ? 'Receiver' : 'Sender'}`;
  return { code, status, headers, body, ...extra };
}

function findViolation(
  schema: ErrorTuple | undefined,
  isCommon: boolean,
  error: AwsError,
  service: AwsService | undefined,
): string | undefined {
  if (schema === undefined) return isCommon || service === undefined ? undefined : `AWS has no error ${error.code}`;
  const issues = checkShape(NormalizedSchema.of(schema as never), error.fields).filter(
    (issue) => issue.kind !== 'missing',
  );
  return issues.length === 0 ? undefined : `${error.code}: ${issues.map(describeIssue).join('; ')}`;
}
