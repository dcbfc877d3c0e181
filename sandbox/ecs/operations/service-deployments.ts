/** Service deployments and revisions: list, describe, continue, stop. */

import type {
  ContinueServiceDeploymentRequest,
  DescribeServiceDeploymentsRequest,
  DescribeServiceRevisionsRequest,
  ListServiceDeploymentsRequest,
  StopServiceDeploymentRequest,
} from '@aws-sdk/client-ecs';
import type { Handler } from '../../wire/service.ts';
import { answer } from '../deployments/hooks.ts';
import { interrupt } from '../deployments/story.ts';
import { conflict, invalid, serviceDeploymentNotFound, unsupported } from '../exceptions.ts';
import type { ServiceDeployment } from '../model.ts';
import { page } from '../paging.ts';
import { findCluster, findDeployment, findService } from '../store.ts';
import { revisionView } from '../views/revision.ts';
import { deploymentBrief, deploymentView } from '../views/service-deployment.ts';
import { isVisible, type World } from '../world.ts';

const MOST_ARNS = 20;

export function serviceDeploymentOperations(world: World): Readonly<Record<string, Handler>> {
  const { store } = world;
  const visible = (arn: string): ServiceDeployment | undefined => {
    const deployment = findDeployment(store, arn);
    return deployment !== undefined && isVisible(world, deployment) ? deployment : undefined;
  };
  const required = (arn: string | undefined): ServiceDeployment => {
    if (arn === undefined || !/^arn:[^:]*:ecs:.*:service-deployment\//.test(arn)) throw invalid(`Invalid ARN: ${arn}`);
    const deployment = visible(arn);
    if (deployment === undefined) throw serviceDeploymentNotFound();
    return deployment;
  };
  return {
    ListServiceDeployments(input: ListServiceDeploymentsRequest) {
      const service = findService(store, findCluster(store, input.cluster), input.service ?? '');
      const after = instant(input.createdAt?.after, Number.NEGATIVE_INFINITY);
      const before = instant(input.createdAt?.before, Number.POSITIVE_INFINITY);
      const found = service.deployments
        .filter((deployment) => isVisible(world, deployment))
        .filter(
          ({ status }) => input.status === undefined || input.status.length === 0 || input.status.includes(status),
        )
        .filter(({ createdAt }) => createdAt.getTime() >= after && createdAt.getTime() <= before);
      const { items, nextToken } = page(found, input, 20);
      return { serviceDeployments: items.map(deploymentBrief), nextToken };
    },

    DescribeServiceDeployments(input: DescribeServiceDeploymentsRequest) {
      const arns = few(input.serviceDeploymentArns, 'serviceDeploymentArns');
      const found = arns.flatMap((arn) => visible(arn) ?? []);
      return {
        serviceDeployments: found.map((deployment) => deploymentView(world, deployment)),
        failures: missing(arns, found),
      };
    },

    DescribeServiceRevisions(input: DescribeServiceRevisionsRequest) {
      const arns = few(input.serviceRevisionArns, 'serviceRevisionArns');
      const found = [...store.services.values()].flatMap((service) =>
        service.deployments
          .filter((deployment) => isVisible(world, deployment) && arns.includes(deployment.target.arn))
          .map(({ target }) => ({ service, arn: target.arn, revision: target })),
      );
      return {
        serviceRevisions: found.map(({ service, revision }) => revisionView(service, revision)),
        failures: missing(arns, found),
      };
    },

    ContinueServiceDeployment(input: ContinueServiceDeploymentRequest) {
      const deployment = required(input.serviceDeploymentArn);
      answer(world, deployment, input.hookId ?? '', input.action ?? 'CONTINUE');
      return { serviceDeploymentArn: deployment.arn };
    },

    StopServiceDeployment(input: StopServiceDeploymentRequest) {
      if (input.stopType === 'ABORT') {
        throw unsupported('ECS StopServiceDeployment API with ABORT stopType is not supported.');
      }
      const deployment = required(input.serviceDeploymentArn);
      if (deployment.finishedAt !== undefined) {
        throw conflict('Stopping a service deployment is not allowed for service deployment in terminal states.');
      }
      // Already rolling back: the rollback goes on (developer guide, stop-service-deployment).
      const reason = 'Service deployment rolled back because it was stopped with StopServiceDeployment.';
      interrupt(world, deployment, { kind: 'rollback', reason, event: reason });
      return { serviceDeploymentArn: deployment.arn };
    },
  };
}

function few(arns: readonly string[] | undefined, name: string): readonly string[] {
  if (arns === undefined || arns.length === 0) throw invalid(`${name} cannot be empty.`);
  if (arns.length > MOST_ARNS) throw invalid(`${name} cannot contain more than ${MOST_ARNS} items.`);
  return arns;
}

const missing = (arns: readonly string[], found: readonly { readonly arn: string }[]) =>
  arns.filter((arn) => !found.some((one) => one.arn === arn)).map((arn) => ({ arn, reason: 'MISSING' }));

/** A timestamp comes as a Date, or as epoch seconds where the wire hands it through. */
function instant(value: Date | number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  return typeof value === 'number' ? value * 1000 : value.getTime();
}
