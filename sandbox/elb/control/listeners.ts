import type {
  CreateListenerInput,
  Listener as Described,
  DescribeListenersInput,
  ModifyListenerInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../wire/service.ts';
import type { Listener, ListenerSocket, LoadBalancer, Rule, Store } from '../model.ts';
import type { Targets } from '../targets.ts';
import { checkActions } from './actions.ts';
import { inRange, invalid, notFound, unsupported } from './errors.ts';
import { newId } from './load-balancers.ts';
import { page } from './page.ts';
import { type Compile, refreshUse, setActions } from './rules.ts';
import { readTags } from './tags.ts';

export interface ListenerControl {
  readonly store: Store;
  readonly targets: Targets;
  readonly compile: Compile;
  /** Opens the socket of a listener with this ARN. Rejects with the system's error. */
  open(arn: string, loadBalancer: LoadBalancer, port: number): Promise<ListenerSocket>;
}

/** Closes listeners and forgets them with their rules. */
export async function removeListeners(control: ListenerControl, listeners: readonly Listener[]): Promise<void> {
  const { store, targets } = control;
  for (const listener of listeners) {
    store.listeners.delete(listener.arn);
    for (const rule of listener.rules) store.rules.delete(rule.arn);
  }
  await Promise.all(listeners.map(({ socket }) => socket.close()));
  refreshUse(store, targets);
}

export function listenerOperations(control: ListenerControl) {
  const { store, targets, compile } = control;
  const withArn = (arn: string | undefined): Listener => {
    const found = store.listeners.get(arn ?? '');
    if (!found) throw notFound.listener();
    return found;
  };
  const checkProtocol = (protocol: string | undefined): void => {
    if (protocol !== undefined && protocol !== 'HTTP') throw unsupported(`the listener protocol '${protocol}'`);
  };
  /** 0 is the sandbox's own: a free port. */
  const open = async (arn: string, loadBalancer: LoadBalancer, port: number): Promise<ListenerSocket> => {
    const taken = [...store.listeners.values()].some(
      (other) => other.loadBalancer === loadBalancer && other.socket.port === port && other.arn !== arn,
    );
    if (taken) {
      throw new AwsError(
        'DuplicateListener',
        `A listener already exists on this port for this load balancer '${loadBalancer.arn}'`,
      );
    }
    try {
      return await control.open(arn, loadBalancer, port);
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? error.code : error;
      throw invalid(`Port '${port}' cannot be opened on 127.0.0.1 (${why}): the sandbox's listeners are real sockets`);
    }
  };

  return {
    async CreateListener(input: CreateListenerInput) {
      const loadBalancer = store.loadBalancers.get(input.LoadBalancerArn ?? '');
      if (!loadBalancer) throw notFound.loadBalancer();
      if (input.Protocol === undefined) throw invalid('A protocol must be specified');
      checkProtocol(input.Protocol);
      if (input.Port === undefined) throw invalid('A port must be specified');
      const port = inRange(input.Port, 'Port', [0, 65_535], 0);
      const actions = checkActions(input.DefaultActions, loadBalancer, store);
      const tags = readTags(input.Tags);
      const arn = `${loadBalancer.arn.replace(':loadbalancer/', ':listener/')}/${newId()}`;
      const defaultRule: Rule = {
        arn: `${arn.replace(':listener/', ':listener-rule/')}/${newId()}`,
        listenerArn: arn,
        tags: new Map(),
        priority: 'default',
        conditions: [],
        actions,
        route: compile([], actions),
      };
      const socket = await open(arn, loadBalancer, port);
      const listener: Listener = {
        arn,
        loadBalancer,
        protocol: 'HTTP',
        defaultRule,
        tags,
        rules: [defaultRule],
        socket,
      };
      store.listeners.set(arn, listener);
      store.rules.set(defaultRule.arn, defaultRule);
      refreshUse(store, targets);
      return { Listeners: [describeListener(listener)] };
    },

    DescribeListeners(input: DescribeListenersInput) {
      let found = [...store.listeners.values()];
      if (input.ListenerArns?.length) found = input.ListenerArns.map(withArn);
      else if (input.LoadBalancerArn !== undefined) {
        if (!store.loadBalancers.has(input.LoadBalancerArn)) throw notFound.loadBalancer();
        found = found.filter(({ loadBalancer }) => loadBalancer.arn === input.LoadBalancerArn);
      } else throw invalid('You must specify either listener ARNs or a load balancer ARN');
      const { items, ...next } = page(found, input);
      return { Listeners: items.map(describeListener), ...next };
    },

    /** The default rule follows. */
    async ModifyListener(input: ModifyListenerInput) {
      const listener = withArn(input.ListenerArn);
      checkProtocol(input.Protocol);
      const actions =
        input.DefaultActions &&
        checkActions(input.DefaultActions, listener.loadBalancer, store, listener.defaultRule.actions);
      if (input.Port !== undefined && input.Port !== listener.socket.port) {
        const before = listener.socket;
        listener.socket = await open(listener.arn, listener.loadBalancer, inRange(input.Port, 'Port', [0, 65_535], 0));
        await before.close();
      }
      if (actions) setActions(store, listener.defaultRule, actions, compile);
      refreshUse(store, targets);
      return { Listeners: [describeListener(listener)] };
    },

    async DeleteListener(input: { ListenerArn?: string }) {
      await removeListeners(control, [withArn(input.ListenerArn)]);
      return {};
    },
  };
}

function describeListener(listener: Listener): Described {
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancer.arn,
    Port: listener.socket.port,
    Protocol: listener.protocol,
    DefaultActions: [...listener.defaultRule.actions],
  };
}
