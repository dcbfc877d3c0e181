import { describe, expect, test } from '@jest/globals';
import type { Gate, MetricsGate } from '../../src/core/gate.ts';
import { ladder } from '../../src/core/plan.ts';
import { countFaults, stepFaults } from '../../src/core/preflight-metrics.ts';
import type { ServiceLoadBalancer } from '../../src/core/service.ts';
import { METRICS_GATE } from '../fakes/metrics-gate.ts';

const gate = METRICS_GATE;
const custom: MetricsGate = {
  ...gate,
  source: {
    kind: 'cloudwatch',
    namespace: 'MyApp',
    dimensions: { Revision: '{{revision}}' },
    requests: 'Requests',
    errors: 'Failures',
    slow: undefined,
  },
};
const others: readonly Gate[] = [{ kind: 'targets' }, { kind: 'traffic' }, { kind: 'alarms', names: ['web-5xx'] }];

const ELB = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
const behind = (rule: string): ServiceLoadBalancer => ({
  targetGroupArn: `${ELB}:targetgroup/web-blue/1`,
  containerName: 'web',
  containerPort: 8080,
  advancedConfiguration: {
    alternateTargetGroupArn: `${ELB}:targetgroup/web-green/2`,
    productionListenerRule: `${ELB}:${rule}`,
    testListenerRule: undefined,
    roleArn: undefined,
  },
});
const application = behind('listener-rule/app/web/b/l/production');
const network = behind('listener/net/web/b/l');
const counted = (gates: readonly Gate[], mixed: boolean, loadBalancers: readonly ServiceLoadBalancer[]) =>
  countFaults(gates, mixed, { serviceName: 'web', loadBalancers }).map(
    ({ subject, problem, fix }) => `${subject}: ${problem}; ${fix}`,
  );

describe('a gate metrics on the load balancer’s own counts', () => {
  test.each([
    [
      'cannot tell two versions in one target group apart',
      true,
      [application],
      'gates: metrics errors compares two target groups, and a rolling deployment has both versions in one; write strategy: canary or linear, take the counts from cloudwatch or prometheus, told apart by {{revision}}, or judge by alarms instead',
    ],
    [
      'has nobody who counts where there is no load balancer',
      true,
      [],
      "gates: metrics errors compares the load balancer's own counts, and service web has no load balancer; take the counts from cloudwatch or prometheus, told apart by {{revision}}, or judge by alarms instead",
    ],
    [
      'has nobody who counts behind a Network Load Balancer',
      false,
      [network],
      'gates: metrics errors compares requests, and the Network Load Balancer of service web counts none; take the counts from cloudwatch or prometheus, told apart by {{revision}}, or judge by alarms instead',
    ],
  ])('%s', (_rule, mixed, loadBalancers, fault) => {
    expect(counted([...others, gate], mixed, loadBalancers)).toEqual([fault]);
  });

  test('can do with two target groups behind an Application Load Balancer', () => {
    expect(counted([gate], false, [application])).toEqual([]);
  });

  test('can do where the service names no load balancer because its task sets do', () => {
    expect(counted([gate], false, [])).toEqual([]);
  });
});

test('counts that are told apart by their names can be compared anywhere', () => {
  for (const mixed of [true, false]) {
    for (const loadBalancers of [[application], [network], []]) {
      expect(counted([...others, custom], mixed, loadBalancers)).toEqual([]);
    }
  }
});

describe('a ladder', () => {
  test.each([
    ['on which both versions have users at some step', [10, 100], 0],
    ['that ends there', [10], 0],
    ['that moves all traffic at once', [100], 2],
  ])('%s', (_what, shares, faults) => {
    const found = stepFaults([...others, gate, custom], ladder(shares, 60_000));
    expect(found).toHaveLength(faults);
    for (const { problem, fix } of found) {
      expect(problem).toMatch(
        /^metrics errors.* compares both versions while both have users, and all traffic moves at once$/,
      );
      expect(fix).toContain('alarms');
    }
  });

  test('that moves all traffic at once is as good as any for gates that compare nothing', () => {
    expect(stepFaults(others, ladder([100], 60_000))).toEqual([]);
  });
});
