import { AwsError } from '../../wire/service.ts';

/** AWS's words, docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html and each action's page. */
export const notFound = {
  loadBalancer: (): AwsError => new AwsError('LoadBalancerNotFound', 'One or more load balancers not found'),
  listener: (): AwsError => new AwsError('ListenerNotFound', 'One or more listeners not found'),
  rule: (): AwsError => new AwsError('RuleNotFound', 'One or more rules not found'),
  targetGroup: (): AwsError => new AwsError('TargetGroupNotFound', 'One or more target groups not found'),
};

export function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

export function invalidAction(message: string): AwsError {
  return new AwsError('InvalidLoadBalancerAction', message);
}

/** A feature of AWS that the sandbox does not have; never a made-up success. */
export function unsupported(what: string): AwsError {
  return new AwsError('ValidationError', `${what} is not supported by the sandbox`);
}

/** The value when it lies in the range, `fallback` when there is none. Throws ValidationError. */
export function inRange(
  value: number | undefined,
  name: string,
  [min, max]: readonly [number, number],
  fallback: number,
): number {
  if (value === undefined) return fallback;
  if (!Number.isInteger(value) || value < min || value > max) {
    throw invalid(`${name} '${value}' must be between ${min} and ${max} inclusive`);
  }
  return value;
}
