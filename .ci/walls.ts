/**
 * The walls of the house: which folder may import what. One table, read by a real parser, so that type-only imports,
 * re-exports, `import('…')` as a value or as a type and `require` count alike. Why not the linter:
 * docs/decisions/0001-import-walls.md. What core may touch of the global scope is a lint rule in biome.json.
 *
 *   npx tsx .ci/walls.ts     prints every breach, exits 1 when there is one
 */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readModule } from './module.ts';
import { trackedFiles } from './tracked.ts';

interface Wall {
  /** Files that it stands around; the first wall that matches a file is the file's wall. */
  readonly around: readonly string[];
  /** What they may import: own files by pattern, packages by name (`@scope/*`), Node by `node:**`. */
  readonly lets: readonly string[];
  /** No promise, no chance: the answer depends on the arguments alone. */
  readonly pure?: true;
  readonly because: string;
}

/** Stands for the file's own folder, two deep: `sandbox/ecs/**` for a file anywhere in it. */
const OWN = '<own folder>';
/** The same, three deep: one engine knows nothing of another. */
const OWN_ENGINE = '<own engine>';

const STORY = [
  'src/core/**',
  'src/ports.ts',
  'src/rollout/**',
  'src/engines/**',
  'src/report/**',
  'src/reporter/**',
  'src/*.ts',
];

/** Patterns: `*` is anything but a slash, `**` anything. Files that no wall stands around may import everything. */
export const WALLS: readonly Wall[] = [
  { around: ['src/core/**'], lets: ['src/core/**'], pure: true, because: 'core is pure and imports only core' },
  { around: ['src/ports.ts'], lets: ['src/core/**'], because: 'ports speak in the words of core alone' },
  {
    around: ['src/engines/**'],
    lets: ['src/core/**', 'src/ports.ts', OWN_ENGINE],
    because: 'engines see core and ports, never adapters, the loop or each other',
  },
  {
    around: ['src/rollout/**'],
    lets: ['src/core/**', 'src/ports.ts', 'src/rollout/**'],
    because: 'the rollout sees ports and its own world.ts, never adapters nor a certain engine',
  },
  {
    around: ['src/report/**'],
    lets: ['src/core/**', 'src/ports.ts', 'src/report/**'],
    because: 'reports are made from what the story knows, never from adapters',
  },
  {
    around: ['src/reporter/**'],
    lets: ['src/core/**', 'src/ports.ts', 'src/report/**', 'src/reporter/**', 'src/reporter.ts'],
    because: 'the reporter tells what the story keeps through a port, and nothing of the story waits for it',
  },
  {
    around: ['src/adapters/aws/**'],
    lets: ['src/core/**', 'src/ports.ts', 'src/version.ts', 'src/adapters/**', 'node:**', '@aws-sdk/*', '@actions/*'],
    because: 'adapters carry out, they do not decide: ports and core are all they see of the story',
  },
  {
    around: ['src/adapters/**'],
    lets: ['src/core/**', 'src/ports.ts', 'src/version.ts', 'src/adapters/**', 'node:**', '@actions/*', 'yaml'],
    because: 'adapters see ports and core of the story, and AWS is spoken in src/adapters/aws alone',
  },
  {
    around: ['src/index.ts', 'src/entry.ts', 'src/post.ts'],
    lets: [...STORY, 'src/adapters/**', 'node:**', '@actions/*'],
    because: 'entries make the real adapters and call main; AWS is spoken in src/adapters/aws alone',
  },
  {
    around: ['src/**'],
    lets: [...STORY, 'node:**', '@actions/*', 'yaml'],
    because: 'the story sees ports, never adapters; AWS is spoken in src/adapters/aws alone',
  },
  {
    around: ['sandbox/wire/**', 'sandbox/contracts.ts'],
    lets: [
      'sandbox/wire/**',
      'sandbox/contracts.ts',
      'sandbox/faults.ts',
      'node:**',
      '@aws-sdk/*',
      '@smithy/*',
      'yaml',
    ],
    because: 'the wire knows none of the services that speak over it',
  },
  {
    around: ['sandbox/*.ts', 'sandbox/app/**', 'sandbox/demo/**', 'sandbox/load/**'],
    lets: ['sandbox/**', 'node:**', '@aws-sdk/*', '@smithy/*', '@swc/core', 'yaml', 'autocannon'],
    because: 'the sandbox stands in for AWS: it shares no code with the action that is tested on it, nor with tests',
  },
  {
    around: ['sandbox/app/**'],
    lets: [OWN, 'sandbox/contracts.ts', 'node:**', '@swc/core'],
    because: 'the demo app is one file that its images run alone; beside it is only what compiles it',
  },
  {
    around: ['sandbox/github/**'],
    lets: [OWN, 'sandbox/faults.ts', 'node:**', 'openapi-backend'],
    because: 'the sandbox of GitHub knows nothing of AWS; GitHub is spoken by its own description',
  },
  {
    around: ['sandbox/**'],
    lets: [
      OWN,
      'sandbox/wire/**',
      'sandbox/metrics/**',
      'sandbox/contracts.ts',
      'node:**',
      '@aws-sdk/*',
      '@smithy/*',
      'yaml',
    ],
    because: "the sandbox's parts see each other only through sandbox/contracts.ts (wire and metrics belong to all)",
  },
];

export interface Breach {
  /** Path from the repository's root, with slashes. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** The import as written, or what makes the file impure. */
  readonly what: string;
  readonly because: string;
}

/** What in this file crosses a wall. `file` is a path from the repository's root, with slashes. */
export function breachesIn(file: string, source: string): Breach[] {
  const wall = WALLS.find((one) => one.around.some((pattern) => matches(pattern, file)));
  if (wall === undefined) return [];
  const { imports, impurities } = readModule(source);
  const crossings = imports
    .filter(({ specifier }) => specifier === undefined || !isLetIn(wall, file, target(file, specifier)))
    .map(({ line, specifier }) => ({ line, what: `imports ${specifier ?? 'what only the run can tell'}` }));
  return [...crossings, ...(wall.pure ? impurities : [])].map((one) => ({ file, ...one, because: wall.because }));
}

function isLetIn(wall: Wall, file: string, imported: string): boolean {
  const folder = (depth: number): string => `${file.split('/').slice(0, depth).join('/')}/**`;
  const written = (pattern: string): string =>
    pattern === OWN ? folder(2) : pattern === OWN_ENGINE ? folder(3) : pattern;
  return wall.lets.some((pattern) => matches(written(pattern), imported));
}

/** Own files as a path from the root; packages by name without the path inside; Node with its prefix. */
function target(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(file), specifier));
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function matches(pattern: string, path: string): boolean {
  const regex = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+^$()|[\]{}\\?]/g, '\\$&')))
    .join('');
  return new RegExp(`^${regex}$`).test(path);
}

/** Every breach in the working tree's TypeScript, tracked or new. */
export function allBreaches(): Breach[] {
  return trackedFiles()
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => breachesIn(file, readFileSync(file, 'utf8')));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const breaches = allBreaches();
  for (const { file, line, what, because } of breaches) console.error(`${file}:${line} ${what}: ${because}`);
  if (breaches.length > 0) process.exitCode = 1;
}
