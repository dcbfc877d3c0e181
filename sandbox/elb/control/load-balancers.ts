import { randomBytes } from 'node:crypto';
import type {
  CreateLoadBalancerInput,
  LoadBalancer as Described,
  DescribeLoadBalancersInput,
  LoadBalancerAttribute,
  ModifyLoadBalancerAttributesInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Place, SandboxClock } from '../../contracts.ts';
import { AwsError } from '../../wire/service.ts';
import type { LoadBalancer, Store } from '../model.ts';
import { invalid, notFound, unsupported } from './errors.ts';
import { page } from './page.ts';
import { readTags } from './tags.ts';

/** docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html; those that mean something here. */
const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  'idle_timeout.timeout_seconds': '60',
  'deletion_protection.enabled': 'false',
};

export interface LoadBalancerParts {
  readonly store: Store;
  readonly clock: SandboxClock;
  readonly place: Place;
  /** Closes the listeners of a load balancer and forgets them with their rules. */
  removeListeners(loadBalancer: LoadBalancer): Promise<void>;
}

export function checkName(name: string | undefined, kind: string): string {
  if (!name || name.length > 32) throw invalid(`${kind} name '${name}' cannot be longer than '32' characters`);
  if (!/^[A-Za-z0-9-]+$/.test(name) || name.startsWith('-') || name.endsWith('-')) {
    throw invalid(
      `${kind} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-) and cannot begin or end with a hyphen`,
    );
  }
  return name;
}

export function newId(): string {
  return randomBytes(8).toString('hex');
}

export function loadBalancerOperations({ store, clock, place, removeListeners }: LoadBalancerParts) {
  const named = (name: string): LoadBalancer | undefined =>
    [...store.loadBalancers.values()].find((loadBalancer) => loadBalancer.name === name);
  const withArn = (arn: string | undefined): LoadBalancer => {
    const found = store.loadBalancers.get(arn ?? '');
    if (!found) throw notFound.loadBalancer();
    return found;
  };
  const describe = (loadBalancer: LoadBalancer): Described => ({
    LoadBalancerArn: loadBalancer.arn,
    // A host without a port, as on AWS; the listeners' ports are in DescribeListeners.
    DNSName: '127.0.0.1',
    CanonicalHostedZoneId: 'Z00000000000SANDBOX',
    CreatedTime: loadBalancer.createdTime,
    LoadBalancerName: loadBalancer.name,
    Scheme: loadBalancer.scheme,
    VpcId: 'vpc-00000000000000000',
    State: { Code: 'active' },
    Type: 'application',
    AvailabilityZones: loadBalancer.subnets.map((SubnetId, i) => ({
      SubnetId,
      ZoneName: `${place.region}${'abcdef'[i % 6]}`,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: [...loadBalancer.securityGroups],
    IpAddressType: loadBalancer.ipAddressType as 'ipv4',
  });
  const attributes = (loadBalancer: LoadBalancer): LoadBalancerAttribute[] =>
    [...loadBalancer.attributes].map(([Key, Value]) => ({ Key, Value }));

  return {
    CreateLoadBalancer(input: CreateLoadBalancerInput) {
      const name = checkName(input.Name, 'Load balancer');
      if (input.Type !== undefined && input.Type !== 'application') throw unsupported(`the type '${input.Type}'`);
      const subnets = input.Subnets ?? (input.SubnetMappings ?? []).flatMap(({ SubnetId }) => SubnetId ?? []);
      if (subnets.length < 2) {
        throw invalid('At least two subnets in two different Availability Zones must be specified');
      }
      const scheme = input.Scheme ?? 'internet-facing';
      const known = named(name);
      if (known && known.scheme === scheme && known.subnets.join() === subnets.join()) {
        return { LoadBalancers: [describe(known)] };
      }
      if (known) {
        throw new AwsError(
          'DuplicateLoadBalancerName',
          `A load balancer with the same name '${name}' exists, but with different settings`,
        );
      }
      const dimension = `app/${name}/${newId()}`;
      const loadBalancer: LoadBalancer = {
        arn: `arn:aws:elasticloadbalancing:${place.region}:${place.account}:loadbalancer/${dimension}`,
        dimension,
        name,
        scheme,
        ipAddressType: input.IpAddressType ?? 'ipv4',
        subnets,
        securityGroups: input.SecurityGroups ?? [],
        createdTime: clock.now(),
        attributes: new Map(Object.entries(DEFAULT_ATTRIBUTES)),
        tags: readTags(input.Tags),
      };
      store.loadBalancers.set(loadBalancer.arn, loadBalancer);
      return { LoadBalancers: [describe(loadBalancer)] };
    },

    DescribeLoadBalancers(input: DescribeLoadBalancersInput) {
      let found = [...store.loadBalancers.values()];
      if (input.LoadBalancerArns?.length) found = input.LoadBalancerArns.map(withArn);
      if (input.Names?.length) {
        found = input.Names.map((name) => {
          const loadBalancer = named(name);
          if (!loadBalancer) throw notFound.loadBalancer();
          return loadBalancer;
        });
      }
      const { items, ...next } = page(found, input);
      return { LoadBalancers: items.map(describe), ...next };
    },

    /** Deleting what is not there succeeds, as on AWS. */
    async DeleteLoadBalancer(input: { LoadBalancerArn?: string }) {
      const loadBalancer = store.loadBalancers.get(input.LoadBalancerArn ?? '');
      if (!loadBalancer) return {};
      if (loadBalancer.attributes.get('deletion_protection.enabled') === 'true') {
        throw new AwsError(
          'OperationNotPermitted',
          `Load balancer '${loadBalancer.arn}' cannot be deleted because deletion protection is enabled`,
        );
      }
      await removeListeners(loadBalancer);
      store.loadBalancers.delete(loadBalancer.arn);
      return {};
    },

    DescribeLoadBalancerAttributes(input: { LoadBalancerArn?: string }) {
      return { Attributes: attributes(withArn(input.LoadBalancerArn)) };
    },

    ModifyLoadBalancerAttributes(input: ModifyLoadBalancerAttributesInput) {
      const loadBalancer = withArn(input.LoadBalancerArn);
      for (const { Key = '', Value = '' } of input.Attributes ?? []) {
        if (!(Key in DEFAULT_ATTRIBUTES)) throw unsupported(`the load balancer attribute '${Key}'`);
        if (Key === 'idle_timeout.timeout_seconds' && !(Number(Value) >= 1 && Number(Value) <= 4_000)) {
          throw invalid(`'${Key}' must be between 1 and 4000 inclusive`);
        }
        loadBalancer.attributes.set(Key, Value);
      }
      return { Attributes: attributes(loadBalancer) };
    },
  };
}
