import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RegisteredTarget, TargetGroup } from '../model.ts';
import { type Condition, compileCondition, hostOf, pathOf, queryOf } from './conditions.ts';
import type { Choice } from './exchange.ts';
import { type Answer, errorAnswer } from './heads.ts';
import type { RequestHead } from './message.ts';
import { cookieOf, type StickyTokens, stickyCookieLines } from './stickiness.ts';

export type Decision =
  | { readonly kind: 'forward'; readonly choice: Choice }
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** The chosen group has nobody to ask. */
  | { readonly kind: 'no-target' };

/** A rule as the data plane uses it. */
export interface Route {
  matches(head: RequestHead, clientAddress: string): boolean;
  decide(head: RequestHead, port: number): Decision;
}

export interface RouteParts {
  group(arn: string): TargetGroup | undefined;
  /** A number in [0, 1). */
  random(): number;
  readonly tokens: StickyTokens;
  readonly stickyAtZero: StickyAtZero;
}

/**
 * Where the cookie AWSALBTG leads when its target group is still in the action, with weight 0: there (`follow`), or to a group
 * that is drawn anew (`reweigh`). No text of AWS settles it.
 */
export type StickyAtZero = 'follow' | 'reweigh';

const NO_TARGET: Decision = { kind: 'no-target' };

/** Turns conditions and actions, which the control plane has checked, into what is asked on every request. */
export function compileRoute(
  conditions: readonly RuleCondition[],
  actions: readonly Action[],
  parts: RouteParts,
): Route {
  const tests: Condition[] = conditions.map(compileCondition);
  return {
    matches: (head, clientAddress) => tests.every((test) => test(head, clientAddress)),
    decide: compileAction(actions, parts),
  };
}

/** The target groups of a forward action with their weights; a lone TargetGroupArn has weight 1. */
export function forwardWeights(actions: readonly Action[]): ReadonlyMap<string, number> {
  const action = actions.find(({ Type }) => Type === 'forward');
  const weights = new Map<string, number>();
  for (const tuple of action?.ForwardConfig?.TargetGroups ?? []) {
    if (tuple.TargetGroupArn !== undefined) weights.set(tuple.TargetGroupArn, tuple.Weight ?? 1);
  }
  if (weights.size === 0 && action?.TargetGroupArn !== undefined) weights.set(action.TargetGroupArn, 1);
  return weights;
}

function compileAction(actions: readonly Action[], parts: RouteParts): Route['decide'] {
  const action = actions.at(-1);
  if (action?.Type === 'fixed-response') {
    const answer: Answer = {
      status: Number(action.FixedResponseConfig?.StatusCode),
      contentType: action.FixedResponseConfig?.ContentType ?? 'text/plain',
      body: action.FixedResponseConfig?.MessageBody ?? '',
    };
    return () => ({ kind: 'answer', answer });
  }
  if (action?.Type === 'redirect') {
    return (head, port) => ({ kind: 'answer', answer: redirect(action, head, port) });
  }
  return compileForward(actions, parts);
}

/** docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html, "Redirect actions". */
function redirect(action: Action, head: RequestHead, port: number): Answer {
  const config = action.RedirectConfig;
  const own: Readonly<Record<string, string>> = {
    '#{protocol}': 'HTTP',
    '#{host}': hostOf(head),
    '#{port}': String(port),
    '#{path}': pathOf(head.target).slice(1),
    '#{query}': queryOf(head.target),
  };
  const fill = (text: string): string => text.replace(/#\{[a-z]+\}/g, (word) => own[word] ?? word);
  const protocol = fill(config?.Protocol ?? '#{protocol}').toLowerCase();
  const host = fill(config?.Host ?? '#{host}');
  const at = fill(config?.Port ?? '#{port}');
  const query = fill(config?.Query ?? '#{query}');
  const location = `${protocol}://${host}:${at}${fill(config?.Path ?? '/#{path}')}${query === '' ? '' : `?${query}`}`;
  return { status: config?.StatusCode === 'HTTP_301' ? 301 : 302, contentType: 'text/html', body: '', location };
}

function compileForward(actions: readonly Action[], parts: RouteParts): Route['decide'] {
  const config = actions.find(({ Type }) => Type === 'forward')?.ForwardConfig?.TargetGroupStickinessConfig;
  const stickySeconds = config?.Enabled ? (config.DurationSeconds ?? 1) : 0;
  const weighted = [...forwardWeights(actions)].map(([arn, weight]) => ({ group: parts.group(arn), weight }));
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);

  /** Weighted at random; a group of weight 0 is never drawn. There is no failover to another group. */
  const draw = (): TargetGroup | undefined => {
    let left = parts.random() * total;
    for (const { group, weight } of weighted) {
      left -= weight;
      if (weight > 0 && left < 0) return group;
    }
    return undefined;
  };
  const remembered = (head: RequestHead): TargetGroup | undefined => {
    const token = cookieOf(head, 'AWSALBTG') ?? cookieOf(head, 'AWSALBTGCORS');
    if (token === undefined) return undefined;
    const least = parts.stickyAtZero === 'follow' ? 0 : 1;
    return weighted.find(({ group, weight }) => group && weight >= least && parts.tokens.tokenFor(group.arn) === token)
      ?.group;
  };

  return (head) => {
    const group = (stickySeconds > 0 ? remembered(head) : undefined) ?? draw();
    if (!group) return NO_TARGET;
    const found = chooseTarget(group, head, parts);
    if (!found) return NO_TARGET;
    if (stickySeconds === 0) return { kind: 'forward', choice: found };
    const line = stickyCookieLines('AWSALBTG', parts.tokens.tokenFor(group.arn), stickySeconds);
    return { kind: 'forward', choice: { ...found, cookies: line + found.cookies } };
  };
}

/**
 * The targets that may be asked: the healthy ones; when there is none, all that are registered ("fail open",
 * docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html). Draining ones never.
 */
function candidates(group: TargetGroup): RegisteredTarget[] {
  const healthy: RegisteredTarget[] = [];
  const registered: RegisteredTarget[] = [];
  for (const target of group.targets.values()) {
    if (target.state === 'healthy') healthy.push(target);
    else if (target.state !== 'draining') registered.push(target);
  }
  return healthy.length > 0 ? healthy : registered;
}

function chooseTarget(group: TargetGroup, head: RequestHead, parts: RouteParts): Choice | undefined {
  const targets = candidates(group);
  if (group.attributes.get('stickiness.enabled') !== 'true') {
    const target = inTurn(group, targets);
    return target && { group, target, cookies: '' };
  }
  const nameOf = (target: RegisteredTarget): string => `${group.arn} ${target.key}`;
  const token = cookieOf(head, 'AWSALB') ?? cookieOf(head, 'AWSALBCORS');
  const known = token && targets.find((target) => parts.tokens.tokenFor(nameOf(target)) === token);
  const target = known || inTurn(group, targets);
  if (!target) return undefined;
  const seconds = Number(group.attributes.get('stickiness.lb_cookie.duration_seconds'));
  return { group, target, cookies: stickyCookieLines('AWSALB', parts.tokens.tokenFor(nameOf(target)), seconds) };
}

function inTurn(group: TargetGroup, targets: readonly RegisteredTarget[]): RegisteredTarget | undefined {
  if (targets.length === 0) return undefined;
  const first = group.turn++ % targets.length;
  if (group.attributes.get('load_balancing.algorithm.type') !== 'least_outstanding_requests') return targets[first];
  let best = targets[first];
  for (let i = 1; i < targets.length; i++) {
    const target = targets[(first + i) % targets.length];
    if (target && best && target.inFlight.size < best.inFlight.size) best = target;
  }
  return best;
}

/** The first rule that matches decides; the default rule is the last and matches everything. */
export function decide(
  routes: readonly { readonly route: Route }[],
  head: RequestHead,
  clientAddress: string,
  port: number,
): Decision {
  for (const { route } of routes) {
    if (route.matches(head, clientAddress)) return route.decide(head, port);
  }
  return { kind: 'answer', answer: errorAnswer(500) };
}
