import type { ServiceDeployment, ServiceRevisionSummary } from '@aws-sdk/client-ecs';
import type { CallError } from '../../core/errors.ts';
import type { RevisionFacts, RunningDeployment, ServiceDeploymentFacts } from '../../core/service.ts';
import type { Deployments } from '../../ports.ts';
import { call, isNamed, toCallError } from './client.ts';
import type { Ecs } from './connections.ts';

export function deployments(ecs: Ecs): Deployments {
  const describe = (deploymentArn: string) =>
    call(`describe service deployment ${deploymentArn}`, async () => {
      const { sdk, client } = await ecs();
      try {
        const answer = await client.send(
          new sdk.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [deploymentArn] }),
        );
        const found = answer.serviceDeployments?.[0];
        return found === undefined ? undefined : deploymentFacts(found);
      } catch (error) {
        // Right after UpdateService the new ARN is not visible everywhere yet.
        if (isNamed(error, 'ServiceDeploymentNotFoundException')) return undefined;
        throw error;
      }
    });

  /**
   * ECS refuses what has been done already with the same errors as what is wrong, so the error alone does not tell:
   * look whether the effect is there. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContinueServiceDeployment.html
   */
  const unlessDone = async (
    deploymentArn: string,
    refused: CallError,
    isDone: (deployment: ServiceDeploymentFacts) => boolean,
  ): Promise<void> => {
    if (!['ClientException', 'InvalidParameterException', 'ConflictException'].includes(refused.code)) throw refused;
    const deployment = await describe(deploymentArn);
    if (deployment === undefined || !isDone(deployment)) throw refused;
  };

  return {
    describe,

    list: (cluster, service, since) =>
      call(`list deployments of service ${service} in cluster ${cluster}`, async () => {
        const { sdk, client } = await ecs();
        const found: RunningDeployment[] = [];
        let nextToken: string | undefined;
        do {
          const answer = await client.send(
            new sdk.ListServiceDeploymentsCommand({
              cluster,
              service,
              // `after` is exclusive in words and in seconds on the wire: ask a second earlier, choose below.
              ...(since === undefined ? {} : { createdAt: { after: new Date(since - 1_000) } }),
              ...(nextToken === undefined ? {} : { nextToken }),
            }),
          );
          for (const brief of answer.serviceDeployments ?? []) {
            if (brief.serviceDeploymentArn === undefined || brief.status === undefined) continue;
            found.push({
              serviceDeploymentArn: brief.serviceDeploymentArn,
              status: brief.status,
              createdAt: brief.createdAt?.getTime() ?? 0,
              startedAt: brief.startedAt?.getTime(),
              targetServiceRevisionArn: brief.targetServiceRevisionArn,
            });
          }
          nextToken = answer.nextToken;
        } while (nextToken !== undefined);
        return found
          .filter((deployment) => since === undefined || deployment.createdAt >= since)
          .sort((a, b) => b.createdAt - a.createdAt);
      }),

    async answer(deploymentArn, hookId, action) {
      try {
        const { sdk, client } = await ecs();
        await client.send(
          new sdk.ContinueServiceDeploymentCommand({ serviceDeploymentArn: deploymentArn, hookId, action }),
        );
      } catch (error) {
        const refused = toCallError(`answer ${action} to pause ${hookId} of ${deploymentArn}`, error);
        await unlessDone(deploymentArn, refused, (deployment) => !isOpen(deployment, hookId));
      }
    },

    async stop(deploymentArn) {
      try {
        const { sdk, client } = await ecs();
        await client.send(
          new sdk.StopServiceDeploymentCommand({ serviceDeploymentArn: deploymentArn, stopType: 'ROLLBACK' }),
        );
      } catch (error) {
        const refused = toCallError(`roll back ${deploymentArn}`, error);
        await unlessDone(deploymentArn, refused, ({ status }) => status !== 'PENDING' && status !== 'IN_PROGRESS');
      }
    },

    revision: (revisionArn) =>
      call(`describe service revision ${revisionArn}`, async () => {
        const { sdk, client } = await ecs();
        const answer = await client.send(
          new sdk.DescribeServiceRevisionsCommand({ serviceRevisionArns: [revisionArn] }),
        );
        const found = answer.serviceRevisions?.[0];
        if (found === undefined) return undefined;
        const resolved = found.resolvedConfiguration?.loadBalancers ?? [];
        return {
          taskDefinition: found.taskDefinition ?? '',
          targetGroupArns: resolved.flatMap(({ targetGroupArn }) => targetGroupArn ?? []),
        };
      }),
  };
}

function isOpen(deployment: ServiceDeploymentFacts, hookId: string): boolean {
  const running = deployment.status === 'PENDING' || deployment.status === 'IN_PROGRESS';
  return running && deployment.hooks.some((hook) => hook.hookId === hookId && hook.status === 'AWAITING_ACTION');
}

function deploymentFacts(deployment: ServiceDeployment): ServiceDeploymentFacts {
  return {
    serviceDeploymentArn: deployment.serviceDeploymentArn ?? '',
    status: deployment.status ?? 'PENDING',
    statusReason: deployment.statusReason,
    lifecycleStage: deployment.lifecycleStage,
    createdAt: deployment.createdAt?.getTime() ?? 0,
    finishedAt: (deployment.finishedAt ?? deployment.stoppedAt)?.getTime(),
    hooks: (deployment.lifecycleHookDetails ?? []).map((hook) => ({
      hookId: hook.hookId ?? '',
      targetType: hook.targetType === 'PAUSE' ? 'PAUSE' : 'AWS_LAMBDA',
      status: hook.status ?? '',
      expiresAt: hook.expiresAt?.getTime(),
      timeoutAction: hook.timeoutAction,
    })),
    source: (deployment.sourceServiceRevisions ?? []).map(revisionFacts),
    target: deployment.targetServiceRevision && revisionFacts(deployment.targetServiceRevision),
    rollbackReason: deployment.rollback?.reason,
    alarms: deployment.alarms?.triggeredAlarmNames ?? [],
    strategy: deployment.deploymentConfiguration?.strategy,
  };
}

function revisionFacts(revision: ServiceRevisionSummary): RevisionFacts {
  return {
    arn: revision.arn ?? '',
    requestedTaskCount: revision.requestedTaskCount ?? 0,
    runningTaskCount: revision.runningTaskCount ?? 0,
    pendingTaskCount: revision.pendingTaskCount ?? 0,
    requestedTestTrafficWeight: revision.requestedTestTrafficWeight ?? 0,
    requestedProductionTrafficWeight: revision.requestedProductionTrafficWeight ?? 0,
  };
}
