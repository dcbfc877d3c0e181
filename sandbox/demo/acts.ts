/** The story: a good release goes up step by step, a bad one is turned back from its first step, a third waits for a person. */

import { setTimeout } from 'node:timers/promises';
import type { ActionResult } from '../runner/run-action.ts';
import { alarmName } from './alarm.ts';
import { wrap } from './job-line.ts';
import { BAD_VERSION, deployInputs, FIRST_STEP, promoteInputs } from './releases.ts';
import type { Said } from './screen.ts';
import { runJob, type Scene, USERS_PER_S } from './stage.ts';
import { grouped } from './table.ts';
import type { Watch } from './watch.ts';

export interface Act {
  readonly title: string;
  /** Takes the free target group during the act. */
  readonly version?: number;
  /** Gives what to say at the end when all went as it should, else why it did not. */
  play(scene: Scene): Promise<{ readonly end: string } | { readonly fault: string }>;
}

export const acts: readonly Act[] = [
  {
    title: 'version 1 serves',
    async play(scene) {
      await look(scene, 2_500);
      if (shareOf(scene.watch, 1) !== 100) return { fault: 'version 1 does not have all users' };
      return { end: `version 1 has all users, ${USERS_PER_S} requests a second` };
    },
  },
  {
    title: 'a good version 2 replaces it, step by step',
    version: 2,
    async play(scene) {
      const result = await deploy(scene, 2);
      await look(scene, 1_000);
      if (!succeeded(result) || shareOf(scene.watch, 2) !== 100)
        return { fault: `version 2 should have all users, but ${ending(result)}` };
      return { end: 'version 2 has all users; version 1 was kept until version 2 had proved itself' };
    },
  },
  {
    title: `version ${BAD_VERSION} passes its tests, but fails users`,
    version: BAD_VERSION,
    async play(scene) {
      const { watch } = scene;
      const result = await deploy(scene, BAD_VERSION);
      await look(scene, 1_000);
      // The alarm looks back on a minute; until it is over, no job would be let through.
      await alarmOver(scene);
      const { requests, failed, meanwhile } = watch.answersOf(BAD_VERSION);
      const { status, reason = '' } = result.outputs;
      const turnedBack = status === 'rolled-back' && result.exitCode !== 0 && reason.includes(`at ${FIRST_STEP} %`);
      if (!turnedBack || failed === 0 || shareOf(watch, 2) !== 100)
        return { fault: `version 3 should be turned back from ${FIRST_STEP} %, but ${ending(result)}` };
      return {
        end:
          `version 3 was turned back from ${FIRST_STEP} % by itself, and the job failed, as it should: it had met ` +
          `${grouped(requests)} of the ${grouped(meanwhile)} requests made meanwhile, and failed ${grouped(failed)}; ` +
          `shifted at once, it would have met all ${grouped(meanwhile)}`,
      };
    },
  },
  {
    title: 'version 4 waits for a person',
    version: 4,
    async play(scene) {
      const { watch } = scene;
      const asked = await deploy(scene, 4, {
        strategy: 'canary',
        steps: `${FIRST_STEP}, 100`,
        hold: '1s',
        bake: '0m',
        approval: 'manual',
      });
      const waits = asked.exitCode === 0 && asked.outputs['status'] === 'awaiting-promotion';
      if (!waits || shareOf(watch, 4) !== FIRST_STEP)
        return { fault: `version 4 should wait at ${FIRST_STEP} %, but ${ending(asked)}` };
      scene.screen.say(
        note(
          `the job has ended, version 4 stands at ${FIRST_STEP} %; a person looks at it, and starts "command: promote"`,
        ),
      );
      await look(scene, 1_500);
      const promoted = await runJob(scene, 'version-4-promoted', 4, async () => promoteInputs(scene.seeded));
      await look(scene, 1_000);
      if (!succeeded(promoted) || shareOf(watch, 4) !== 100)
        return { fault: `version 4 should have all users, but ${ending(promoted)}` };
      return { end: 'version 4 has all users, because a person said so' };
    },
  },
];

/** A line under what it sums up. */
export function note(text: string): Said {
  return (columns, paint) => wrap(`✓ ${text}`, columns - 3).map((line) => `  ${paint('green', line)}`);
}

const look = ({ signal }: Scene, ms: number): Promise<void> => setTimeout(ms, undefined, { signal });

const alarmOver = async (scene: Scene): Promise<void> => {
  while (scene.sandbox.cloudWatch.port.state(alarmName) === 'ALARM') await look(scene, 100);
};

/** Of the job that deploys this version. */
export const jobName = (version: number): string => `version-${version}`;

const deploy = (scene: Scene, version: number, otherwise: Readonly<Record<string, string>> = {}) =>
  runJob(scene, jobName(version), version, async (folder) => ({
    ...(await deployInputs(version, scene.sandbox, scene.seeded, folder)),
    ...otherwise,
  }));

const succeeded = ({ exitCode, outputs }: ActionResult): boolean => exitCode === 0 && outputs['status'] === 'succeeded';

function shareOf(watch: Watch, version: number): number {
  return watch.sides().find((side) => side.version === version)?.share ?? 0;
}

function ending({ exitCode, outputs, errors }: ActionResult): string {
  const { status = 'without a status', reason } = outputs;
  return `the job ended with exit code ${exitCode}, ${status}: ${reason ?? errors.join('; ')}`;
}
