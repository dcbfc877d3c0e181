/** How traffic is moved and judged, and what a person has to say about it. */
import type { Approval, RolloutConfig, Strategy } from './core/config.ts';
import { formatDuration } from './core/duration.ts';
import type { Fault } from './core/errors.ts';
import { DEFAULT_HOLD_MS } from './core/plan-of.ts';
import type { InputReader } from './inputs.ts';
import { readCodeDeploy, readTaskSet } from './inputs-engines.ts';
import { readGates } from './inputs-gates.ts';
import type { Place } from './inputs-place.ts';
import { readSteps } from './inputs-steps.ts';
import {
  hourMs,
  minuteMs,
  readChoice,
  readDuration,
  readOptionalChoice,
  readOptionalDuration,
} from './inputs-values.ts';

const strategies = ['rolling', 'blue-green', 'linear', 'canary'] as const satisfies readonly Strategy[];

/** The values are those of a RolloutConfig when there was no fault. `isBegun`: somebody has begun the rollout already. */
export async function readRollout(
  reader: InputReader,
  place: Place,
  faults: Fault[],
  isBegun: boolean,
): Promise<RolloutConfig> {
  const strategy = readOptionalChoice(reader, 'strategy', strategies);
  const read = {
    cluster: place.cluster,
    service: place.service,
    strategy,
    steps: readSteps(reader, strategy),
    holdMs: readOptionalDuration(reader, 'hold', 0, 24 * hourMs),
    bakeMs: readBake(reader),
    timeoutMs: readDuration(reader, 'timeout', '60m', minuteMs, 120 * hourMs),
    pollMs: readDuration(reader, 'poll', '2s', 1_000, minuteMs),
    gates: await readGates(reader, faults),
    holdLimitMs: readDuration(reader, 'hold-limit', '10m', 0, 24 * hourMs),
    onInconclusive: readChoice(reader, 'on-inconclusive', ['rollback', 'promote', 'wait']),
    approval: readChoice<Approval>(reader, 'approval', ['none', 'manual', 'every-step']),
    // A job of GitHub's own runners ends after six hours.
    // https://docs.github.com/en/actions/reference/limits
    waitForApprovalMs: readDuration(reader, 'wait-for-approval', '0s', 0, 6 * hourMs),
    // ECS keeps a pause for 14 days at most. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TimeoutConfiguration.html
    promoteWithinMs: readDuration(reader, 'promote-within', '24h', minuteMs, 336 * hourMs),
    onCancel: readChoice(reader, 'on-cancel', ['rollback', 'leave']),
    taskset: readTaskSet(reader, place.region),
    codedeploy: readCodeDeploy(reader),
  };
  // After a fault the value is not used.
  const config = read as RolloutConfig;
  const hasFault = (name: string) => faults.some(({ subject }) => subject === name);
  if (config.codedeploy.deploymentConfig !== undefined && reader.text('steps') !== '') {
    reader.fail(
      'codedeploy-config',
      `${config.codedeploy.deploymentConfig} is given together with steps ${reader.text('steps')}`,
      'give one of the two: the deployment configuration has steps of its own',
    );
  }
  if (!['promote-within', 'hold-limit', 'wait-for-approval'].some(hasFault)) checkPerson(reader, config);
  // Of a rollout that has begun, the steps and holds are as it was begun with.
  if (isBegun) return config;
  if (!['timeout', 'hold', 'bake', 'steps', 'gates', 'wait-for-approval'].some(hasFault)) checkTimeout(reader, config);
  return config;
}

/** ECS counts its bake time in whole minutes, up to a day. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
function readBake(reader: InputReader): number | undefined {
  const ms = readOptionalDuration(reader, 'bake', 0, 24 * hourMs);
  if (ms === undefined || ms % minuteMs === 0) return ms;
  return reader.fail(
    'bake',
    `${reader.text('bake')} is not in whole minutes`,
    'write 0m, 1m, 10m or 1h: ECS counts minutes',
  );
}

/** Where a person has to decide, he must have as long as the job and its gates may take before they ask him. */
function checkPerson(reader: InputReader, config: RolloutConfig): void {
  const { approval, onInconclusive, promoteWithinMs, holdLimitMs, waitForApprovalMs } = config;
  if (approval === 'none' && onInconclusive !== 'wait') return;
  for (const [name, ms] of [
    ['wait-for-approval', waitForApprovalMs],
    ['hold-limit', holdLimitMs],
  ] as const) {
    if (promoteWithinMs >= ms) continue;
    const problem = `${formatDuration(promoteWithinMs)} is over before ${name} is (${formatDuration(ms)})`;
    reader.fail('promote-within', problem, `write ${formatDuration(ms)} or more, or ${name} less`);
  }
}

/** A rollout that cannot end in time would shift the traffic, and then turn back. */
function checkTimeout(reader: InputReader, config: RolloutConfig): void {
  const { strategy, steps, approval, timeoutMs } = config;
  // How many steps `linear` has without being told, the service alone says.
  const count = steps?.length ?? (strategy === 'canary' ? 2 : 1);
  // A step is not left before its gates have been looked through, and neither is the look before the shift.
  const warmUpMs = Math.max(0, ...config.gates.map((gate) => gate.warmUpMs ?? 0));
  const stepMs = Math.max(config.holdMs ?? DEFAULT_HOLD_MS, warmUpMs);
  // The step without users is one where a person is asked, and after the last there is nothing left to ask.
  const asked = approval === 'every-step' ? count : approval === 'manual' ? 1 : 0;
  const waitsMs = asked * config.waitForApprovalMs;
  const needsMs = warmUpMs + count * stepMs + waitsMs + (config.bakeMs ?? 0);
  if (timeoutMs > needsMs) return;
  const parts = [
    ...(warmUpMs === 0 ? [] : ['warm-up']),
    count === 1 ? 'hold' : `${count} times hold`,
    ...(waitsMs === 0 ? [] : [asked === 1 ? 'wait-for-approval' : `${asked} times wait-for-approval`]),
  ];
  reader.fail(
    'timeout',
    `${formatDuration(timeoutMs)} is over before ${parts.join(', ')} and bake are (${formatDuration(needsMs)})`,
    `write ${formatDuration(roomFor(needsMs))} or more, or make the others shorter`,
  );
}

/** A fourth more than what is needed, for tasks to start and gates to be looked through, in whole minutes. */
function roomFor(ms: number): number {
  return Math.ceil(Math.max(ms * 1.25, ms + minuteMs) / minuteMs) * minuteMs;
}
