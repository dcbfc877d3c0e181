/** What CloudWatch calls a minute. */
const MINUTE_MS = 60_000;

/**
 * Sixty seconds, but never longer than the distance of two minutes that were counted: CloudWatch's timestamps lie on whole minutes, so on
 * AWS this is 60,000, whatever is missing between. Where time runs faster (the sandbox) their distance shows it.
 */
export function lengthOfMinutes(starts: readonly number[]): number {
  const inOrder = [...new Set(starts)].sort((a, b) => a - b);
  return inOrder.reduce(
    (shortest, start, i) => Math.min(shortest, i === 0 ? shortest : start - (inOrder[i - 1] ?? start)),
    MINUTE_MS,
  );
}

/**
 * CloudWatch's minutes come when they are over and may grow afterwards, as each node of the load balancer reports by itself: a minute
 * counts when another has passed since its end.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export const SETTLED_AFTER = 2;
