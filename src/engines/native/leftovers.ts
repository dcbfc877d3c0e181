/** What a rollout has put on the service for itself, and how it is taken away again. */
import type { ServiceFacts } from '../../core/service.ts';
import { configurationAfter } from './configuration.ts';
import { isRunning } from './look.ts';
import type { NativePorts } from './native-ports.ts';
import { NOTE_KEYS, readNote } from './note.ts';

/**
 * ECS's service keeps its settings from deployment to deployment: without this, the next deployment by anybody would wait for an
 * answer that nobody gives. Nothing is touched while a deployment runs: it may be another run's, whose pause and note these are.
 * Looks at the service anew, and gives a sentence for each thing that was taken away.
 */
export async function tidyUp(
  ports: NativePorts,
  service: ServiceFacts,
  holdMs: number | undefined,
): Promise<readonly string[]> {
  const { services, deployments } = ports;
  const { clusterArn, serviceName, serviceArn } = service;
  const now = await services.describe(clusterArn, serviceName);
  if (now === undefined) return [];
  const configuration = configurationAfter(now.deploymentConfiguration, holdMs ?? readNote(now)?.memo.holdMs);
  const keys = NOTE_KEYS.filter((key) => now.tags?.has(key) === true);
  if (configuration === undefined && keys.length === 0) return [];
  if ((await deployments.list(clusterArn, serviceName, undefined)).some(isRunning)) return [];

  const sentences: string[] = [];
  if (configuration !== undefined) {
    // With a deploymentConfiguration alone UpdateService begins no deployment.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
    await services.update(clusterArn, serviceName, { deploymentConfiguration: configuration });
    sentences.push(`took the pause of an ended rollout away from service ${serviceName}`);
  }
  if (keys.length > 0) {
    await services.untag(serviceArn, keys);
    sentences.push(`took the note of an ended rollout away from service ${serviceName}`);
  }
  return sentences;
}
