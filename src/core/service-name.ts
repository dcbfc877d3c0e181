/** The parts of an ARN that say where something is. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** Everything after the account, for example `service/demo/web`. */
  readonly resource: string;
}

export function parseArn(text: string): Arn | undefined {
  const match = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|):(.+)$/.exec(text);
  if (match === null) return undefined;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = match;
  return { partition, service, region, account, resource };
}

/** Where a cluster or a service is, as far as its input says it. */
export interface NamedInEcs {
  readonly name: string;
  /** Only of a service given by its ARN; the old short ARN (`service/web`) has none. */
  readonly cluster: string | undefined;
  readonly region: string | undefined;
}

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html: letters, numbers, underscores, hyphens, up to 255
const namePattern = /^[A-Za-z0-9_-]{1,255}$/;

/** A cluster or a service by its name or its ARN; undefined when it is neither. */
export function parseNameInEcs(kind: 'cluster' | 'service', text: string): NamedInEcs | undefined {
  if (namePattern.test(text)) return { name: text, cluster: undefined, region: undefined };
  const arn = parseArn(text);
  if (arn === undefined || arn.service !== 'ecs') return undefined;
  const parts = arn.resource.split('/');
  const name = parts.at(-1) ?? '';
  const isFitting = parts[0] === kind && (parts.length === 2 || (kind === 'service' && parts.length === 3));
  if (!isFitting || !parts.every((part) => namePattern.test(part))) return undefined;
  return { name, cluster: parts.length === 3 ? parts[1] : undefined, region: arn.region };
}
