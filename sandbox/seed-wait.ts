import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
} from '@aws-sdk/client-ecs';

const pollMs = 100;
const failed = new Set(['STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED']);

/**
 * Waits until the service's newest deployment has succeeded and its tasks run.
 * Rejects with the deployment's reason and the service's latest event when it fails, or after `timeoutMs` (real).
 */
export async function waitForDeployment(
  ecs: ECSClient,
  cluster: string,
  service: string,
  timeoutMs: number,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  let status: string | undefined;
  let reason: string | undefined;
  while (Date.now() < end) {
    const listed = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service }));
    const newest = (listed.serviceDeployments ?? []).reduce<{ arn?: string; at: number }>(
      (best, { serviceDeploymentArn, createdAt }) => {
        const at = createdAt?.getTime() ?? 0;
        return serviceDeploymentArn !== undefined && at >= best.at ? { arn: serviceDeploymentArn, at } : best;
      },
      { at: 0 },
    );
    if (newest.arn !== undefined) {
      const { serviceDeployments } = await ecs.send(
        new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [newest.arn] }),
      );
      const [deployment] = serviceDeployments ?? [];
      status = deployment?.status;
      reason = deployment?.statusReason;
      if (status === 'SUCCESSFUL') return;
      if (status !== undefined && failed.has(status)) break;
    }
    await sleep(pollMs);
  }
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  const event = services?.[0]?.events?.[0]?.message;
  throw new Error(
    `service ${service} is not stable: its deployment is ${status ?? 'not there'}` +
      `${reason === undefined ? '' : `, ${reason}`}${event === undefined ? '' : `; last event: ${event}`}`,
  );
}
