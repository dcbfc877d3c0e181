/** The demo app as an image of the sandbox's registry, without building it. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import { LENDS_LABEL } from '../contracts.ts';
import { type Behaviour, behaviourEnv } from './behaviour.ts';

export interface DemoImage extends Behaviour {
  readonly version: string | number;
  /** `web` when left out. */
  readonly repository?: string;
  /** The version when left out. */
  readonly tag?: string;
  /** `amd64` or `arm64`; the registry's default when left out. */
  readonly architecture?: string;
}

/** What `putImage` takes (sandbox/ecr/put-image.ts). */
export interface ImageToPut {
  readonly repository: string;
  readonly tag: string;
  readonly files: readonly { readonly path: string; readonly content: string; readonly mode?: number }[];
  readonly env: Readonly<Record<string, string>>;
  readonly cmd: readonly string[];
  readonly workingDir: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly architecture?: string;
}

/** The image holds the program alone: the task runtime lends it the machine's Node. */
export function demoImage(image: DemoImage): ImageToPut {
  const { version, repository = 'web', tag = String(version), architecture, ...behaviour } = image;
  return {
    repository,
    tag,
    files: [{ path: 'app/server.mjs', content: appSource(), mode: 0o644 }],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      VERSION: String(version),
      ...behaviourEnv(behaviour),
    },
    cmd: ['node', 'server.mjs'],
    workingDir: '/app',
    labels: { [LENDS_LABEL]: 'node' },
    ...(architecture === undefined ? {} : { architecture }),
  };
}

let compiled: string | undefined;

/** The demo app as the JavaScript module that its images run; plain Node 20 or later starts it. */
export function appSource(): string {
  compiled ??= transformSync(readFileSync(fileURLToPath(new URL('./server.ts', import.meta.url)), 'utf8'), {
    filename: 'server.ts',
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
    swcrc: false,
  }).code;
  return compiled;
}
