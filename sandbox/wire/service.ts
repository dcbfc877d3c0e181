/** How a service of the sandbox is described to the one HTTP endpoint. */

export type Protocol = 'json-1.0' | 'json-1.1' | 'query';

/** One call as it arrived. */
export interface Call {
  readonly operation: string;
  readonly requestId: string;
  /** From the credential scope of the signature; undefined when unsigned. */
  readonly accessKeyId: string | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: each handler names its own SDK input type; the wire has checked it against AWS's schema.
export type Handler = (input: any, call: Call) => unknown;

export interface AwsService {
  /** The signing name: `ecs`, `ecr`, `elasticloadbalancing`, `monitoring`, `logs`, `sts`. */
  readonly name: string;
  readonly protocol: Protocol;
  /** X-Amz-Target prefix of the JSON protocols, for example `AmazonEC2ContainerServiceV20141113`. */
  readonly target?: string;
  /** XML namespace of the query protocol. */
  readonly namespace?: string;
  /** The SDK client module, from which AWS's schemas are read (`DescribeServices$` and so on). */
  readonly schemas: Readonly<Record<string, unknown>>;
  /** A handler an operation. What is missing here answers as an operation that AWS does not know. */
  readonly operations: Readonly<Record<string, Handler>>;
  /** Operations whose input and answer may carry members that the schemas do not know; they are kept as they came
   *  (`RegisterTaskDefinition`: a task definition survives whole, also what AWS invents after the locked version). */
  readonly open?: readonly string[];
  /** How AWS words a missing required member for this service; without it Coral's common ValidationException. */
  readonly missing?: (member: string) => AwsError;
}

/** An answer with AWS's error shape. `code` is the exception's name, for example `ServiceNotFoundException`. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}
