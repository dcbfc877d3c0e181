import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../wire/service.ts';
import { forwardWeights } from '../data-plane/route.ts';
import type { LoadBalancer, Store } from '../model.ts';
import { checkAuthentication } from './authentication.ts';
import { inRange, invalid, invalidAction, notFound, unsupported } from './errors.ts';

/** Not adjustable: docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const MAX_TARGET_GROUPS = 5;

/** What authenticates or validates before the action that answers. The sandbox keeps it and lets everybody through. */
const BEFORE_ALL = new Set<string | undefined>(['authenticate-oidc', 'authenticate-cognito', 'jwt-validation']);

/**
 * Checks actions and brings them into the form in which AWS gives them back: by their order, a forward action always with its
 * ForwardConfig, weights and stickiness, TargetGroupArn only when there is one group, and never a client secret.
 * `before` are the actions that these replace; a client secret can only be taken over from there.
 */
export function checkActions(
  actions: readonly Action[] | undefined,
  loadBalancer: LoadBalancer,
  store: Store,
  before: readonly Action[] = [],
): Action[] {
  if (!actions || actions.length === 0) throw invalid('An action must be specified');
  const ordered = inOrder(actions);
  if (BEFORE_ALL.has(ordered.at(-1)?.Type) || ordered.slice(0, -1).some(({ Type }) => !BEFORE_ALL.has(Type))) {
    throw invalidAction(
      'An action list must have exactly one action of the type forward, redirect or fixed-response, and it must be the last',
    );
  }
  return ordered.map((action) => checkAction(action, loadBalancer, store, before));
}

/** "This value is required for rules with multiple actions" (API_Action, Order). */
function inOrder(actions: readonly Action[]): Action[] {
  if (actions.length === 1) return [...actions];
  const orders = new Set(actions.map(({ Order }) => Order));
  if (orders.has(undefined) || orders.size < actions.length) {
    throw invalidAction('Each of several actions must have an order of its own');
  }
  return actions.toSorted((a, b) => (a.Order ?? 0) - (b.Order ?? 0));
}

function checkAction(action: Action, loadBalancer: LoadBalancer, store: Store, before: readonly Action[]): Action {
  inRange(action.Order, 'Order', [1, 50_000], 1);
  switch (action.Type) {
    case 'forward':
      return checkForward(action, loadBalancer, store);
    case 'fixed-response':
      return checkFixedResponse(action);
    case 'redirect':
      return checkRedirect(action);
    case 'authenticate-oidc':
    case 'authenticate-cognito':
    case 'jwt-validation':
      return checkAuthentication(action, before);
    default:
      throw unsupported(`the action type '${action.Type}'`);
  }
}

function checkForward(action: Action, loadBalancer: LoadBalancer, store: Store): Action {
  const tuples = action.ForwardConfig?.TargetGroups ?? [];
  if (tuples.length > MAX_TARGET_GROUPS) {
    throw new AwsError('TooManyTargetGroups', `A forward action can have at most ${MAX_TARGET_GROUPS} target groups`);
  }
  for (const { Weight } of tuples) inRange(Weight, 'Weight', [0, 999], 1);
  const weights = forwardWeights([action]);
  if (weights.size === 0) throw invalid('A target group ARN must be specified');
  if (tuples.length > 0 && weights.size < tuples.length) {
    throw invalid('A target group can only be specified once in a forward action');
  }
  if (action.TargetGroupArn !== undefined && !(weights.size === 1 && weights.has(action.TargetGroupArn))) {
    throw invalid('The target group ARN of the action must be the only one of its ForwardConfig');
  }
  for (const arn of weights.keys()) checkGroup(arn, loadBalancer, store);
  const sticky = action.ForwardConfig?.TargetGroupStickinessConfig;
  const enabled = sticky?.Enabled ?? false;
  if (enabled && sticky?.DurationSeconds === undefined) throw invalid('DurationSeconds must be specified');
  inRange(sticky?.DurationSeconds, 'DurationSeconds', [1, 604_800], 1);
  const [only] = [...weights.keys()];
  return {
    Type: 'forward',
    ...(weights.size === 1 ? { TargetGroupArn: only } : {}),
    ...(action.Order === undefined ? {} : { Order: action.Order }),
    ForwardConfig: {
      TargetGroups: tuplesOf(weights),
      TargetGroupStickinessConfig: {
        Enabled: enabled,
        ...(sticky?.DurationSeconds === undefined ? {} : { DurationSeconds: sticky.DurationSeconds }),
      },
    },
  };
}

export function tuplesOf(weights: ReadonlyMap<string, number>): { TargetGroupArn: string; Weight: number }[] {
  return [...weights].map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
}

/** A target group serves one load balancer only (CreateListener, TargetGroupAssociationLimit). */
function checkGroup(arn: string, loadBalancer: LoadBalancer, store: Store): void {
  const group = store.targetGroups.get(arn);
  if (!group) throw notFound.targetGroup();
  if (group.usedBy && group.usedBy !== loadBalancer) {
    throw new AwsError(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${arn}`,
    );
  }
}

const CONTENT_TYPES = ['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json'];

function checkFixedResponse(action: Action): Action {
  const config = action.FixedResponseConfig;
  if (!config?.StatusCode || !/^[245]\d\d$/.test(config.StatusCode)) {
    throw invalid(`The status code '${config?.StatusCode}' must be 2XX, 4XX or 5XX`);
  }
  if (config.ContentType !== undefined && !CONTENT_TYPES.includes(config.ContentType)) {
    throw invalid(`The content type '${config.ContentType}' must be one of ${CONTENT_TYPES.join(', ')}`);
  }
  if ((config.MessageBody?.length ?? 0) > 1_024) throw invalid('The message body must be at most 1024 characters');
  return action;
}

function checkRedirect(action: Action): Action {
  const config = action.RedirectConfig;
  if (config?.StatusCode !== 'HTTP_301' && config?.StatusCode !== 'HTTP_302') {
    throw invalid('The redirect status code must be HTTP_301 or HTTP_302');
  }
  return {
    ...action,
    RedirectConfig: {
      Protocol: '#{protocol}',
      Port: '#{port}',
      Host: '#{host}',
      Path: '/#{path}',
      Query: '#{query}',
      ...config,
    },
  };
}
