import { expect, test } from '@jest/globals';
import type { ServiceFacts } from '../src/core/service.ts';
import { findService } from '../src/find-service.ts';
import type { Ports } from '../src/ports.ts';

const facts = (...currentServiceRevisions: string[]): ServiceFacts => ({
  clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/demo',
  serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/demo/web',
  serviceName: 'web',
  status: 'ACTIVE',
  desiredCount: 1,
  runningCount: 1,
  taskDefinition: 'web:1',
  deploymentController: 'ECS',
  deploymentConfiguration: {},
  launchType: 'FARGATE',
  loadBalancers: [],
  healthCheckGracePeriodSeconds: undefined,
  currentServiceDeployment: undefined,
  currentServiceRevisions,
});

/** A service that answers like this, call by call, and of which no deployment is under way. */
function portsOf(...answers: ServiceFacts[]): Ports {
  return {
    services: { describe: async () => answers.shift() },
    deployments: { list: async () => [] },
  } as unknown as Ports;
}

const place = { cluster: 'demo', service: 'web' };

test('what a service says in the middle of a deployment is asked again when the deployment has ended meanwhile', async () => {
  const found = await findService(place, portsOf(facts('candidate', 'stable'), facts('stable')));
  expect(found.underway).toBeUndefined();
  expect(found.service.currentServiceRevisions).toEqual(['stable']);
});

test('a service that is at rest is described once', async () => {
  const found = await findService(place, portsOf(facts('stable'), facts('never asked for')));
  expect(found.service.currentServiceRevisions).toEqual(['stable']);
});
