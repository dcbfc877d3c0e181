/** The clients, each loaded and made at its first use: a job that reads no alarm never loads CloudWatch. */
import { clientSettings, lazily } from './client.ts';
// Not lazily: every job makes its first call to ECS, and what the other clients share with it is then in one place.
import * as sdk from './sdk/ecs.ts';

async function connectEcs() {
  return { sdk, client: new sdk.ECSClient(clientSettings()) };
}

async function connectLoadBalancing() {
  const sdk = await import('./sdk/load-balancing.ts');
  return { sdk, client: new sdk.ElasticLoadBalancingV2Client(clientSettings()) };
}

async function connectCloudWatch() {
  const sdk = await import('./sdk/cloudwatch.ts');
  return { sdk, client: new sdk.CloudWatchClient(clientSettings()) };
}

async function connectCodeDeploy() {
  const sdk = await import('./sdk/code-deploy.ts');
  return { sdk, client: new sdk.CodeDeployClient(clientSettings()) };
}

/** `region`: where the log driver was told to write, when that is not the job's own region. */
async function connectLogs(region: string | undefined) {
  const sdk = await import('./sdk/logs.ts');
  return {
    sdk,
    client: new sdk.CloudWatchLogsClient({ ...clientSettings(), ...(region === undefined ? {} : { region }) }),
  };
}

export type Ecs = () => ReturnType<typeof connectEcs>;
export type LoadBalancing = () => ReturnType<typeof connectLoadBalancing>;
export type CloudWatch = () => ReturnType<typeof connectCloudWatch>;
export type CodeDeployConnection = () => ReturnType<typeof connectCodeDeploy>;
export type Logs = (region: string | undefined) => ReturnType<typeof connectLogs>;

export function ecs(): Ecs {
  return lazily(connectEcs);
}

export function loadBalancing(): LoadBalancing {
  return lazily(connectLoadBalancing);
}

export function cloudWatch(): CloudWatch {
  return lazily(connectCloudWatch);
}

export function codeDeploy(): CodeDeployConnection {
  return lazily(connectCodeDeploy);
}

export function logs(): Logs {
  const byRegion = new Map<string | undefined, () => ReturnType<typeof connectLogs>>();
  return (region) => {
    const known = byRegion.get(region) ?? lazily(() => connectLogs(region));
    byRegion.set(region, known);
    return known();
  };
}
