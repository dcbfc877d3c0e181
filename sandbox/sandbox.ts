/** The local AWS, put together: every part sees the others only through contracts.ts, and here they meet. */

import { type AutoScaling, createAutoScaling } from './autoscaling/index.ts';
import { createClock } from './clock.ts';
import { createCloudWatch } from './cloudwatch/index.ts';
import { type CodeDeploy, createCodeDeploy } from './codedeploy/index.ts';
import type { Place, SandboxClock } from './contracts.ts';
import { createEcr, type Ecr } from './ecr/index.ts';
import { createEcs } from './ecs/index.ts';
import { createLoadBalancing, type StickyAtZero, seededRandom } from './elb/index.ts';
import { createFaults, type Faults, type MsRange } from './faults.ts';
import { createLogs } from './logs/index.ts';
import { createSts } from './sts.ts';
import { createTaskRuntime } from './tasks/index.ts';
import type { CallRecord, Violation } from './wire/recorder.ts';
import { startWire } from './wire/server.ts';

export interface SandboxOptions {
  /** Of the endpoint; 0 (the default) picks a free one. */
  readonly port?: number;
  /** AWS's minutes pass so many times faster; 1 unless given. */
  readonly speed?: number;
  /** `auto` (the default): containers when a Docker engine answers, else child processes. */
  readonly runtime?: 'docker' | 'process' | 'auto';
  /** Real milliseconds added to every call of the API. */
  readonly latencyMs?: number | MsRange;
  /** Share of the calls that are throttled, 0 to 1. */
  readonly throttle?: number;
  /** Equal seeds give equal faults for an equal sequence of calls, and equal target groups for an equal sequence of requests. */
  readonly seed?: number;
  readonly region?: string;
  /** Where a sticky client goes whose target group has weight 0: there (`follow`, the default), or elsewhere. AWS does not say. */
  readonly stickyAtZero?: StickyAtZero;
  /** CloudWatch has half of a load balancer's newest minute at first, and the whole a minute later; it does not unless told. */
  readonly revisesMetrics?: boolean;
}

/** What an SDK client needs to speak to the sandbox: `new ECSClient(sandbox.clientConfig)`. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface Sandbox {
  /** For AWS_ENDPOINT_URL: one address for all services and the registry. */
  readonly endpoint: string;
  readonly place: Place;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  /** Every call in the order of the answers. */
  readonly calls: readonly CallRecord[];
  /** Answers that AWS could not have given: faults of the sandbox. Empty, or there is a bug. */
  readonly violations: readonly Violation[];
  /** Returns the function that ends the listening. */
  onCall(listener: (call: CallRecord) => void): () => void;
  /** The kind of runtime that `auto` chose. */
  readonly runtime: 'docker' | 'process';
  readonly ecr: Ecr;
  readonly ecs: ReturnType<typeof createEcs>;
  readonly autoScaling: AutoScaling;
  readonly codeDeploy: CodeDeploy;
  readonly loadBalancing: ReturnType<typeof createLoadBalancing>;
  readonly cloudWatch: ReturnType<typeof createCloudWatch>;
  readonly logs: ReturnType<typeof createLogs>;
  readonly clientConfig: ClientConfig;
  /** For a child process: endpoint, region and credentials. */
  readonly env: Readonly<Record<string, string>>;
  /** Stops the tasks, closes every socket and removes the temporary folders. Safe to repeat. */
  close(): Promise<void>;
}

const credentials = { accessKeyId: 'SANDBOXACCESSKEYID', secretAccessKey: 'sandbox-secret-access-key' };

/** Rejects when the port is taken, or when `docker` is asked for and no engine answers; nothing is left running then. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  // The SDK tells of Node 20's end with the first client made; whoever starts a lab asked for something else.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const place: Place = { account: '123456789012', region: options.region ?? 'eu-west-1' };
  const clock = createClock(options.speed ?? 1);
  const faults = createFaults({
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.latencyMs !== undefined && { latencyMs: options.latencyMs }),
  });
  if (options.throttle !== undefined && options.throttle > 0) faults.add({ kind: 'throttle', rate: options.throttle });

  /** Closed in the reverse order, so that nothing loses what it still needs. */
  const closers: (() => Promise<unknown>)[] = [];
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    const failures: unknown[] = [];
    for (const close of closers.reverse()) await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'close the sandbox');
  };
  const close = () => {
    closing ??= closeAll();
    return closing;
  };

  try {
    const wire = await startWire({ port: options.port ?? 0, place, faults });
    closers.push(() => wire.close());
    const ecr = createEcr({ place, clock, host: () => wire.host });
    closers.push(() => ecr.close());
    const loadBalancing = createLoadBalancing({
      clock,
      place,
      ...(options.seed !== undefined && { random: seededRandom(options.seed) }),
      ...(options.stickyAtZero !== undefined && { stickyAtZero: options.stickyAtZero }),
    });
    closers.push(() => loadBalancing.close());
    const cloudWatch = createCloudWatch({
      clock,
      place,
      metrics: loadBalancing.metrics,
      ...(options.revisesMetrics !== undefined && { revisesMetrics: options.revisesMetrics }),
    });
    closers.push(async () => cloudWatch.close());
    const logs = createLogs({ clock, place });
    const runtime = await createTaskRuntime({ kind: options.runtime ?? 'auto', images: ecr.images, clock });
    closers.push(() => runtime.close());
    const ecs = createEcs({
      clock,
      place,
      runtime,
      loadBalancing: loadBalancing.port,
      alarms: cloudWatch.port,
      logs: logs.sink,
    });
    closers.push(() => ecs.close());
    const autoScaling = createAutoScaling({ clock, place, counts: ecs.counts });
    closers.push(async () => autoScaling.close());

    const codeDeploy = createCodeDeploy({
      clock,
      place,
      loadBalancing: loadBalancing.port,
      routes: loadBalancing.port,
      alarms: cloudWatch.port,
      services: ecs.codeDeploy,
    });
    closers.push(async () => codeDeploy.close());

    const services = [createSts({ place }), ecr, loadBalancing, cloudWatch, logs, ecs, autoScaling, codeDeploy];
    for (const { service } of services) wire.add(service);
    wire.mount('/v2', ecr.registry);

    return {
      endpoint: wire.endpoint,
      place,
      clock,
      faults,
      calls: wire.recorder.calls,
      violations: wire.recorder.violations,
      onCall: (listener) => wire.recorder.onCall(listener),
      runtime: runtime.kind,
      ecr,
      ecs,
      autoScaling,
      codeDeploy,
      loadBalancing,
      cloudWatch,
      logs,
      clientConfig: { endpoint: wire.endpoint, region: place.region, credentials },
      env: {
        AWS_ENDPOINT_URL: wire.endpoint,
        AWS_REGION: place.region,
        AWS_DEFAULT_REGION: place.region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
      close,
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}
