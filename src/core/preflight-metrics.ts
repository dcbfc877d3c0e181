/** Whether the gates `metrics` can compare two versions at all in this rollout. */
import type { Fault } from './errors.ts';
import { type Gate, gateName, type MetricsGate } from './gate.ts';
import type { Step } from './plan.ts';
import type { ServiceFacts } from './service.ts';

/**
 * What stands against a gate's counts. `mixed`: both versions are behind the same target groups. Counts of another source tell the
 * versions apart by their names (gate-metrics-source.ts sees to it), so they can be compared there as well: the share is then that of
 * the tasks, which is what a load balancer makes of it.
 */
export function countFaults(
  gates: readonly Gate[],
  mixed: boolean,
  { serviceName, loadBalancers }: Pick<ServiceFacts, 'serviceName' | 'loadBalancers'>,
): readonly Fault[] {
  const counted = metricsOf(gates).filter(({ source }) => source.kind === 'load-balancer');
  const other = 'take the counts from cloudwatch or prometheus, told apart by {{revision}}';
  const alarms = 'judge by alarms instead';
  return counted.flatMap((gate): Fault[] => {
    const name = gateName(gate);
    if (mixed && loadBalancers.every(({ targetGroupArn }) => targetGroupArn === undefined)) {
      const problem = `${name} compares the load balancer's own counts, and service ${serviceName} has no load balancer`;
      return [{ subject: 'gates', problem, fix: `${other}, or ${alarms}` }];
    }
    if (mixed) {
      const problem = `${name} compares two target groups, and a rolling deployment has both versions in one`;
      return [{ subject: 'gates', problem, fix: `write strategy: canary or linear, ${other}, or ${alarms}` }];
    }
    const listener = loadBalancers.find(({ advancedConfiguration: advanced }) =>
      /:listener(-rule)?\/net\//.test(advanced?.productionListenerRule ?? ''),
    );
    if (listener === undefined) return [];
    const problem = `${name} compares requests, and the Network Load Balancer of service ${serviceName} counts none`;
    return [{ subject: 'gates', problem, fix: `${other}, or ${alarms}` }];
  });
}

/** A version can be compared with another only while both have users; where the engine goes on by itself, nobody knows for how long. */
export function stepFaults(gates: readonly Gate[], steps: readonly Step[]): readonly Fault[] {
  if (steps.some(({ share }) => share > 0 && share < 100)) return [];
  return metricsOf(gates).map((gate) => ({
    subject: 'gates',
    problem: `${gateName(gate)} compares both versions while both have users, and all traffic moves at once`,
    fix: 'write strategy: canary or linear, or steps such as 10, 100; else judge by alarms instead',
  }));
}

function metricsOf(gates: readonly Gate[]): readonly MetricsGate[] {
  return gates.filter((gate) => gate.kind === 'metrics');
}
