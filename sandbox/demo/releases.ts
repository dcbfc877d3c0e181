/** The two releases of the demo: how their images come about, and what the job asks of them. */

import { createHash } from 'node:crypto';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Behaviour, behaviourEnv } from '../app/behaviour.ts';
import { appSource } from '../app/image.ts';
import { LENDS_LABEL } from '../contracts.ts';
import type { Sandbox } from '../sandbox.ts';
import { pushDemoImage, type Seeded } from '../seed.ts';

/** Of every 100 requests so many fail in version 3; its health check knows nothing of it. */
const BAD: Behaviour = { failPercent: 20 };

export const behaviours: Readonly<Record<number, Behaviour>> = { 2: {}, 3: BAD };

const smoke = fileURLToPath(new URL('./smoke.mjs', import.meta.url));

/** As a workflow would have them. */
const gates = `
- targets
- http: { url: "\${CANDIDATE_URL}/healthz", times: 5 }
- run: node smoke.mjs
`;

/** The commit that a version is built from: made up, but always the same. */
export const commitOf = (version: number): string => createHash('sha1').update(`version ${version}`).digest('hex');

/** The inputs of the action for this version. `folder` becomes the job's checkout: what is built and tested lies there. */
export async function inputsFor(
  version: number,
  sandbox: Sandbox,
  seeded: Seeded,
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  const behaviour = behaviours[version] ?? {};
  await copyFile(smoke, join(folder, 'smoke.mjs'));
  const common = {
    cluster: seeded.cluster,
    service: seeded.service,
    strategy: 'blue-green',
    hold: '8s',
    bake: '1m',
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
