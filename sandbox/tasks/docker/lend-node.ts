/** Images made by `demoImage` hold the program alone: the machine's Node is lent to their containers, read-only. */

import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type ImageConfig, LENDS_LABEL } from '../../contracts.ts';

export function wantsNode(config: ImageConfig): boolean {
  return config.config?.Labels?.[LENDS_LABEL] === 'node';
}

let binds: Promise<readonly string[]> | undefined;

/** Node and the shared libraries that it needs, as the engine's bind mounts. */
export function nodeBinds(): Promise<readonly string[]> {
  binds ??= findBinds();
  return binds;
}

async function findBinds(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ldd', [process.execPath]);
  const libraries = [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1] as string);
  const mounts = libraries.map(async (path) => `${await realpath(path)}:${path}:ro`);
  return [`${process.execPath}:/usr/local/bin/node:ro`, ...(await Promise.all(mounts))];
}
