import { describe, expect, test } from '@jest/globals';
import { toCallError } from '../../../src/adapters/aws/client.ts';
import { CallError } from '../../../src/core/errors.ts';

function awsError(name: string, message: string, status: number, more: object = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status }, $fault: 'client', ...more });
}

function nodeError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

describe('a failed call is told by what it means for the next step', () => {
  test.each<[string, unknown, string, string]>([
    ['ThrottlingException', awsError('ThrottlingException', 'Rate exceeded', 400), 'throttled', 'ThrottlingException'],
    ['a 429 without a known name', awsError('Whatever', 'slow', 429), 'throttled', 'Whatever'],
    [
      'two jobs registering one family',
      awsError(
        'ClientException',
        'Too many concurrent attempts to create a new revision of the specified family.',
        400,
      ),
      'throttled',
      'ClientException',
    ],
    ['a refused connection', nodeError('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1'), 'network', ''],
    ['an unknown host', nodeError('ENOTFOUND', 'getaddrinfo ENOTFOUND ecs.x'), 'network', ''],
    ['a time limit', Object.assign(new Error('slow'), { name: 'TimeoutError' }), 'network', ''],
    [
      'a fault wrapped by fetch',
      new TypeError('fetch failed', { cause: nodeError('ECONNRESET', 'read ECONNRESET') }),
      'network',
      '',
    ],
    ['ServerException', awsError('ServerException', 'oops', 500), 'server', 'ServerException'],
    ['a proxy that answers 502', awsError('SyntaxError', 'Unexpected token <', 502), 'server', 'SyntaxError'],
    [
      'ExpiredTokenException',
      awsError('ExpiredTokenException', 'The security token included in the request is expired', 400),
      'credentials',
      'ExpiredTokenException',
    ],
    [
      'no credentials at all',
      Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' }),
      'credentials',
      '',
    ],
    ['no region', new Error('Region is missing'), 'credentials', ''],
    [
      'a signature',
      awsError('InvalidSignatureException', 'Signature expired', 403),
      'credentials',
      'InvalidSignatureException',
    ],
    ['AccessDeniedException', awsError('AccessDeniedException', 'no', 400), 'denied', 'AccessDeniedException'],
    [
      'a right that is told with another name',
      awsError('ClientException', 'User: arn:x is not authorized to perform: iam:PassRole on resource: y', 400),
      'denied',
      'ClientException',
    ],
    [
      'ServiceNotFoundException',
      awsError('ServiceNotFoundException', 'Service not found.', 400),
      'not-found',
      'ServiceNotFoundException',
    ],
    [
      'TargetGroupNotFound',
      awsError('TargetGroupNotFoundException', 'gone', 400),
      'not-found',
      'TargetGroupNotFoundException',
    ],
    ['ConflictException', awsError('ConflictException', 'busy', 400), 'conflict', 'ConflictException'],
    [
      'InvalidParameterException',
      awsError('InvalidParameterException', 'bad', 400),
      'invalid',
      'InvalidParameterException',
    ],
    ['something thrown that is no error', 'odd', 'invalid', ''],
  ])('%s', (_, error, failure, code) => {
    const { failure: told, code: toldCode } = toCallError('describe service web', error);
    expect([told, toldCode]).toEqual([failure, code]);
  });
});

test("the message names the thing and keeps AWS's own text", () => {
  const error = toCallError('update service web', awsError('InvalidParameterException', 'Bad value.', 400));
  expect(error.message).toBe('update service web: Bad value');
});

test.each([
  ['no region', new Error('Region is missing'), /: Region is missing; set AWS_REGION, or /],
  [
    'no credentials',
    Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' }),
    /any providers; run aws-actions\/configure-aws-credentials before this step, with `id-token: write`/,
  ],
  [
    'credentials that ran out',
    awsError('ExpiredTokenException', 'The security token included in the request is expired', 400),
    /is expired; give the session more time \(role-duration-seconds\)/,
  ],
  [
    'a clock that is wrong, for which no session is long enough',
    awsError('InvalidSignatureException', 'Signature expired', 403),
    /: Signature expired$/,
  ],
])('the message says where in a workflow to mend %s', (_, error, message) => {
  expect(toCallError('describe service web', error).message).toMatch(message);
});

test('a missing permission is named before the rest of the text', () => {
  const text =
    'User: arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:x because no identity-based policy allows the ecs:UpdateService action';
  const error = toCallError('update service web', awsError('AccessDeniedException', text, 400));
  expect(error.message).toBe(`update service web: the role has no permission ecs:UpdateService (${text})`);
});

test('every address refused: the text is that of the first', () => {
  const refused = Object.assign(new AggregateError([nodeError('ECONNREFUSED', 'connect ECONNREFUSED ::1:1')], ''), {
    code: 'ECONNREFUSED',
  });
  expect(toCallError('read', refused).message).toBe('read: connect ECONNREFUSED ::1:1');
});

test('an answer that is not of AWS is told by its status', () => {
  const error = toCallError('describe service web', awsError('Unknown', 'UnknownError', 407));
  expect(error.message).toBe('describe service web: HTTP 407, and not as AWS answers; is there a proxy in between?');
});

test('an error that is told already stays as it is', () => {
  const told = new CallError('denied', 'X', 'read: no');
  expect(toCallError('something else', told)).toBe(told);
});
