import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { appSource } from '../image.ts';

/** Writes into `folder` what `docker build` needs to make the demo app: the Dockerfile and the compiled app. */
export async function writeBuildContext(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(fileURLToPath(new URL('./Dockerfile', import.meta.url)), join(folder, 'Dockerfile'));
  await writeFile(join(folder, 'server.mjs'), appSource());
}
