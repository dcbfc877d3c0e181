/** The Nodes that run the bundle: the one that runs the tests, and Node 24, which is the action's own. */
import { existsSync } from 'node:fs';

const major = process.versions.node.split('.')[0];
const node24 = process.env['GREENLIGHT_NODE24'] ?? (major === '24' ? process.execPath : undefined);
if (node24 !== undefined && !existsSync(node24)) throw new Error(`GREENLIGHT_NODE24 names no file: '${node24}'`);
if (node24 === undefined) {
  const wanted = 'GREENLIGHT_NODE24 names no node binary';
  if (process.env['GREENLIGHT_REQUIRE_NODE24'] === '1') {
    throw new Error(`GREENLIGHT_REQUIRE_NODE24 is set, but ${wanted}`);
  }
  process.stderr.write(`skipped: the bundle under Node 24 (${wanted})\n`);
}

/** For describe.each: name and path. */
export const NODES: readonly (readonly [name: string, path: string])[] = [
  ...(major === '24' ? [] : ([[`Node ${major}`, process.execPath]] as const)),
  ...(node24 === undefined ? [] : ([['Node 24', node24]] as const)),
];
