/** The releases of the demo: how their images come about, and what the job asks of them. */

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Behaviour, behaviourEnv } from '../app/behaviour.ts';
import { appSource } from '../app/image.ts';
import { LENDS_LABEL } from '../contracts.ts';
import type { Sandbox } from '../sandbox.ts';
import { pushDemoImage, type Seeded } from '../seed.ts';
import { alarmName } from './alarm.ts';

/** Of every 100 requests so many fail in version 3; its health check and its smoke test know nothing of it. */
const BAD: Behaviour = { failPercent: 20 };

export const BAD_VERSION = 3;

/** Of the traffic, in percent. */
export const FIRST_STEP = 10;

/** As a workflow would have them. */
const gates = `
- targets
- http: { url: "\${CANDIDATE_URL}/smoke", times: 3 }
- alarms: [${alarmName}]
`;

/** The commit that a version is built from: made up, but always the same. */
export const commitOf = (version: number): string => createHash('sha1').update(`version ${version}`).digest('hex');

/** The inputs of the job that deploys this version. `folder` becomes the job's checkout: what is built lies there. */
export async function deployInputs(
  version: number,
  sandbox: Sandbox,
  seeded: Seeded,
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  const behaviour = version === BAD_VERSION ? BAD : {};
  const common = {
    cluster: seeded.cluster,
    service: seeded.service,
    strategy: 'linear',
    steps: `${FIRST_STEP}, 50, 100`,
    // Two minutes of the alarm's: one of them is whole.
    hold: '3s',
    bake: '1m',
    poll: '1s',
    gates,
  };
  if (sandbox.runtime === 'process')
    return { ...common, image: await pushDemoImage(sandbox, { version, ...behaviour }) };
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
  await writeFile(join(folder, 'server.mjs'), appSource());
  const values = { VERSION: String(version), ...behaviourEnv(behaviour) };
  return {
    ...common,
    repository: seeded.repository,
    context: folder,
    'build-args': Object.entries(values)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  };
}

/** The inputs of the job by which a person lets a rollout go on. */
export function promoteInputs({ cluster, service }: Seeded): Readonly<Record<string, string>> {
  return { command: 'promote', cluster, service, poll: '1s' };
}

/** From nothing, because a hub cannot be counted on: the sandbox lends the machine's Node to images with this label. */
const dockerfile = `FROM scratch
ARG VERSION
ARG FAIL_PERCENT=
WORKDIR /app
COPY server.mjs ./
ENV PATH=/usr/local/bin VERSION=$VERSION FAIL_PERCENT=$FAIL_PERCENT
LABEL ${LENDS_LABEL}=node
CMD ["node", "server.mjs"]
`;
