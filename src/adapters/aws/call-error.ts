import { CallError, type CallFailure } from '../../core/errors.ts';

/** The parts of an error of the SDK that tell what happened. Every one may be missing: errors of Node come through here too. */
interface ErrorParts {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly status: number | undefined;
  readonly fault: string | undefined;
  readonly throttling: boolean;
  readonly cause: unknown;
}

/**
 * Names that mean the same in every service.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html
 */
const failureByName: Readonly<Record<string, CallFailure>> = {
  ...all('throttled', [
    'Throttling',
    'ThrottlingException',
    'ThrottledException',
    'RequestThrottled',
    'RequestThrottledException',
    'RequestLimitExceeded',
    'TooManyRequestsException',
    'SlowDown',
    'BandwidthLimitExceeded',
    'PriorRequestNotComplete',
  ]),
  ...all('credentials', [
    'CredentialsProviderError',
    'ProviderError',
    'TokenProviderError',
    'ExpiredToken',
    'ExpiredTokenException',
    'TokenRefreshRequired',
    'IDPCommunicationError',
    'InvalidIdentityToken',
    'InvalidIdentityTokenException',
    'UnrecognizedClientException',
    'InvalidClientTokenId',
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
    'IncompleteSignature',
    'MissingAuthenticationToken',
    'MissingAuthenticationTokenException',
    'RequestExpired',
    'RequestTimeTooSkewed',
    'AuthFailure',
    'NotAuthorized',
  ]),
  ...all('denied', [
    'AccessDenied',
    'AccessDeniedException',
    'UnauthorizedOperation',
    'OptInRequired',
    'BlockedException',
  ]),
  ...all('network', ['TimeoutError', 'AbortError']),
  ...all('server', [
    'ServerException',
    'InternalFailure',
    'InternalError',
    'InternalServerError',
    'ServiceUnavailable',
    'ServiceUnavailableException',
  ]),
  ...all('conflict', ['ConflictException', 'ResourceInUseException', 'ResourceInUse', 'UpdateInProgressException']),
  ...all('not-found', ['ResourceNotFound']),
};

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
]);

/**
 * Turns whatever a client rejected with into a CallError about `thing` ("describe service web in cluster demo").
 * AWS's own text is kept; a missing permission is named first, for that is what has to be changed.
 */
export function toCallError(thing: string, error: unknown): CallError {
  if (error instanceof CallError) return error;
  const parts = partsOf(error);
  const permission = missingPermission(parts.message);
  const failure = permission === undefined ? classify(parts) : 'denied';
  const text = strangeAnswer(parts) ?? (parts.message.trim().replace(/\.$/, '') || parts.name);
  const reason = permission === undefined ? text : `the role has no permission ${permission} (${text})`;
  const advice = failure === 'credentials' ? adviceOn(parts) : undefined;
  return new CallError(failure, codeOf(parts), `${thing}: ${[reason, advice].filter(Boolean).join('; ')}`, error);
}

/** What AWS's texts about regions and keys leave out: where in a workflow they come from. */
function adviceOn({ name, message }: ErrorParts): string | undefined {
  if (/region is missing/i.test(message))
    return 'set AWS_REGION, or aws-region of aws-actions/configure-aws-credentials';
  if (/could not load credentials/i.test(message)) {
    return 'run aws-actions/configure-aws-credentials before this step, with `id-token: write` among the permissions of the job';
  }
  return /^ExpiredToken/.test(name)
    ? "give the session more time (role-duration-seconds) than the rollout's timeout"
    : undefined;
}

/** Whether it is this error of AWS's, by the service's own name for it. */
export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/** "ecs:UpdateService" out of "User: … is not authorized to perform: ecs:UpdateService on resource: …". */
function missingPermission(message: string): string | undefined {
  return /not authorized to perform:? ([a-z0-9-]+:[A-Za-z0-9*]+)/.exec(message)?.[1];
}

/** The SDK says "UnknownError" when the body is none of the service's: a proxy or a load balancer answered in its place. */
function strangeAnswer({ name, message, status }: ErrorParts): string | undefined {
  if (status === undefined || name !== 'Unknown' || message !== 'UnknownError') return undefined;
  return `HTTP ${status}, and not as AWS answers; is there a proxy in between?`;
}

function classify(parts: ErrorParts): CallFailure {
  const byName = Object.hasOwn(failureByName, parts.name) ? failureByName[parts.name] : undefined;
  if (byName !== undefined) return byName;
  if (parts.throttling || parts.status === 429) return 'throttled';
  // ECS says this with a plain ClientException: several jobs register revisions of one family at the same moment.
  if (/too many concurrent attempts/i.test(parts.message)) return 'throttled';
  if (networkCodes.has(parts.code)) return 'network';
  if (/region is missing/i.test(parts.message) || /could not load credentials/i.test(parts.message))
    return 'credentials';
  if (parts.status !== undefined) return byStatus(parts, parts.status);
  // No answer, no known code: TLS faults and the errors that Node wraps ("fetch failed") carry theirs in the cause.
  const cause = parts.cause === undefined ? undefined : partsOf(parts.cause);
  if (cause !== undefined && (networkCodes.has(cause.code) || cause.code !== '')) return 'network';
  return 'invalid';
}

function byStatus(parts: ErrorParts, status: number): CallFailure {
  if (status >= 500 || parts.fault === 'server') return 'server';
  if (status < 300) return 'server'; // an answer that cannot be read: a proxy's page, or one that was cut off
  if (/NotFound(Exception)?$/.test(parts.name)) return 'not-found';
  if (status === 403) return 'denied';
  if (status === 409) return 'conflict';
  return 'invalid';
}

/** The service's code; Node's own ("ECONNREFUSED") does not count, there was no answer. */
function codeOf(parts: ErrorParts): string {
  return parts.status === undefined ? '' : parts.name;
}

function partsOf(error: unknown): ErrorParts {
  const of = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const metadata = (of['$metadata'] ?? {}) as { httpStatusCode?: unknown };
  const retryable = of['$retryable'] as { throttling?: unknown } | undefined;
  const nested = Array.isArray(of['errors']) ? (of['errors'] as unknown[])[0] : undefined;
  return {
    name: text(of['name']) || 'Error',
    // Node's AggregateError (every address of a name refused) has an empty message and the texts in `errors`.
    message:
      text(of['message']) ||
      text((nested as { message?: unknown } | undefined)?.message) ||
      (typeof error === 'string' ? error : ''),
    code: text(of['code']),
    status: typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined,
    fault: text(of['$fault']) || undefined,
    throttling: retryable?.throttling === true,
    cause: of['cause'],
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function all(failure: CallFailure, names: readonly string[]): Record<string, CallFailure> {
  return Object.fromEntries(names.map((name) => [name, failure]));
}
