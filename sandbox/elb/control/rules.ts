import type {
  Action,
  CreateRuleInput,
  Rule as Described,
  DescribeRulesInput,
  ModifyRuleInput,
  RuleCondition,
  SetRulePrioritiesInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../wire/service.ts';
import { forwardWeights, type Route } from '../data-plane/route.ts';
import type { Listener, Rule, Store } from '../model.ts';
import type { Targets } from '../targets.ts';
import { checkActions, tuplesOf } from './actions.ts';
import { checkConditions } from './conditions.ts';
import { inRange, notFound, unsupported } from './errors.ts';
import { newId } from './load-balancers.ts';
import { page } from './page.ts';
import { readTags } from './tags.ts';

/** Compiles conditions and actions; never throws for what has been checked. */
export type Compile = (conditions: readonly RuleCondition[], actions: readonly Action[]) => Route;

export function ruleWithArn(store: Store, arn: string | undefined): { rule: Rule; listener: Listener } {
  const rule = store.rules.get(arn ?? '');
  const listener = rule && store.listeners.get(rule.listenerArn);
  if (!rule || !listener) throw notFound.rule();
  return { rule, listener };
}

/** Replaces a rule's actions. Requests that are on their way stay where they are. */
export function setActions(store: Store, rule: Rule, actions: readonly Action[], compile: Compile): void {
  rule.actions = actions;
  rule.route = compile(rule.conditions, actions);
  for (const hear of store.onForward) hear(rule.arn, forwardWeights(actions));
}

/** Replaces the weights of a rule's forward action and nothing else; a rule without one forwards from now on. */
export function setWeights(
  store: Store,
  { rule, listener }: { rule: Rule; listener: Listener },
  weights: ReadonlyMap<string, number>,
  compile: Compile,
): void {
  const before = rule.actions.find(({ Type }) => Type === 'forward');
  const stickiness = before?.ForwardConfig?.TargetGroupStickinessConfig;
  const forward: Action = {
    Type: 'forward',
    ...(before?.Order === undefined ? {} : { Order: before.Order }),
    ForwardConfig: {
      TargetGroups: tuplesOf(weights),
      ...(stickiness ? { TargetGroupStickinessConfig: stickiness } : {}),
    },
  };
  const checked = checkActions([forward], listener.loadBalancer, store);
  const actions =
    before === undefined ? checked : rule.actions.flatMap((action) => (action === before ? checked : action));
  setActions(store, rule, actions, compile);
}

/** Tells every target group which load balancer's rules name it. Weight 0 counts: it is named. */
export function refreshUse(store: Store, targets: Targets): void {
  const used = new Map<string, Listener['loadBalancer']>();
  for (const listener of store.listeners.values()) {
    for (const rule of listener.rules) {
      for (const arn of forwardWeights(rule.actions).keys()) used.set(arn, listener.loadBalancer);
    }
  }
  for (const group of store.targetGroups.values()) targets.use(group, used.get(group.arn));
}

export function describeRule(rule: Rule): Described {
  return {
    RuleArn: rule.arn,
    Priority: String(rule.priority),
    Conditions: [...rule.conditions],
    Actions: [...rule.actions],
    IsDefault: rule.priority === 'default',
    Transforms: [],
  };
}

function inOrder(rules: readonly Rule[]): Rule[] {
  const place = ({ priority }: Rule): number => (priority === 'default' ? Number.POSITIVE_INFINITY : priority);
  return [...rules].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

export function ruleOperations(store: Store, targets: Targets, compile: Compile) {
  const listenerWithArn = (arn: string | undefined): Listener => {
    const found = store.listeners.get(arn ?? '');
    if (!found) throw notFound.listener();
    return found;
  };
  const inUse = (priority: number): AwsError =>
    new AwsError('PriorityInUse', `Priority '${priority}' is currently in use`);

  return {
    CreateRule(input: CreateRuleInput) {
      const listener = listenerWithArn(input.ListenerArn);
      const priority = inRange(input.Priority, 'Rule priority', [1, 50_000], 1);
      const conditions = checkConditions(input.Conditions);
      if (input.Transforms?.length) throw unsupported('Transforms');
      const actions = checkActions(input.Actions, listener.loadBalancer, store);
      if (listener.rules.some((rule) => rule.priority === priority)) throw inUse(priority);
      const rule: Rule = {
        arn: `${listener.arn.replace(':listener/', ':listener-rule/')}/${newId()}`,
        listenerArn: listener.arn,
        tags: readTags(input.Tags),
        priority,
        conditions,
        actions,
        route: compile(conditions, actions),
      };
      store.rules.set(rule.arn, rule);
      listener.rules = inOrder([...listener.rules, rule]);
      refreshUse(store, targets);
      return { Rules: [describeRule(rule)] };
    },

    DescribeRules(input: DescribeRulesInput) {
      const found = input.RuleArns?.length
        ? input.RuleArns.map((arn) => ruleWithArn(store, arn).rule)
        : listenerWithArn(input.ListenerArn).rules;
      const { items, ...next } = page(found, input);
      return { Rules: items.map(describeRule), ...next };
    },

    ModifyRule(input: ModifyRuleInput) {
      const { rule, listener } = ruleWithArn(store, input.RuleArn);
      if (rule.priority === 'default') {
        throw new AwsError('OperationNotPermitted', `Default rule '${rule.arn}' cannot be modified`);
      }
      const conditions = input.Conditions ? checkConditions(input.Conditions) : rule.conditions;
      if (input.Transforms?.length) throw unsupported('Transforms');
      const actions = input.Actions
        ? checkActions(input.Actions, listener.loadBalancer, store, rule.actions)
        : rule.actions;
      rule.conditions = conditions;
      setActions(store, rule, actions, compile);
      refreshUse(store, targets);
      return { Rules: [describeRule(rule)] };
    },

    DeleteRule(input: { RuleArn?: string }) {
      const { rule, listener } = ruleWithArn(store, input.RuleArn);
      if (rule.priority === 'default') {
        throw new AwsError('OperationNotPermitted', `Default rule '${rule.arn}' cannot be deleted`);
      }
      store.rules.delete(rule.arn);
      listener.rules = listener.rules.filter((other) => other !== rule);
      refreshUse(store, targets);
      return {};
    },

    SetRulePriorities(input: SetRulePrioritiesInput) {
      const changes = (input.RulePriorities ?? []).map(({ RuleArn, Priority }) => ({
        ...ruleWithArn(store, RuleArn),
        priority: inRange(Priority, 'Rule priority', [1, 50_000], 1),
      }));
      const changed = new Set(changes.map(({ rule }) => rule));
      for (const { listener, rule, priority } of changes) {
        if (rule.priority === 'default') {
          throw new AwsError('OperationNotPermitted', `Default rule '${rule.arn}' cannot have a priority`);
        }
        const clash =
          listener.rules.some((other) => !changed.has(other) && other.priority === priority) ||
          changes.some((other) => other.rule !== rule && other.listener === listener && other.priority === priority);
        if (clash) throw inUse(priority);
      }
      for (const { rule, priority } of changes) rule.priority = priority;
      for (const { listener } of changes) listener.rules = inOrder(listener.rules);
      return { Rules: changes.map(({ rule }) => describeRule(rule)) };
    },
  };
}
