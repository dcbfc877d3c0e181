/**
 * Puts into package-lock.json the optional packages for other platforms that the registry in use did not serve when the
 * lock file was written. npm leaves them out without a word, and `npm ci` then refuses the file, here and on every
 * machine of another kind. They get no checksum: that is for a registry to say that has them (`npm install` there adds it).
 *
 *   npx tsx .ci/complete-lock.ts     after a dependency was added or updated
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** An entry of the lock file, as far as it matters here. */
interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Packages = Readonly<Record<string, Locked>>;

/** "…-linux-arm-gnueabihf", "…-darwin-arm64": the way such packages are named everywhere. */
const PLATFORM =
  /[-/](android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/;

/** Optional packages that the lock file lacks: where they belong, and their entry. */
export function missingFrom(packages: Packages): [path: string, entry: Locked][] {
  const missing: [string, Locked][] = [];
  for (const [path, one] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(one.optionalDependencies ?? {})) {
      if (isFound(packages, path, name)) continue;
      const [, os, cpu, abi = ''] = PLATFORM.exec(name) ?? [];
      if (os === undefined || cpu === undefined)
        throw new Error(`${path} wants ${name}, whose platform cannot be read off its name`);
      const libc =
        os !== 'linux' ? undefined : abi.startsWith('musl') ? 'musl' : abi.startsWith('gnu') ? 'glibc' : undefined;
      missing.push([
        `node_modules/${name}`,
        {
          version,
          cpu: [cpu],
          ...(one.dev ? { dev: true } : {}),
          ...(libc ? { libc: [libc] } : {}),
          optional: true,
          os: [os],
        },
      ]);
    }
  }
  return missing;
}

/** Whether a package at `path` would find `name`, the way Node looks for it. */
function isFound(packages: Packages, path: string, name: string): boolean {
  for (let from = path; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    if (`${from}${from === '' ? '' : '/'}node_modules/${name}` in packages) return true;
    if (from === '') return false;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Packages };
  const missing = missingFrom(lock.packages);
  if (missing.length > 0) {
    // In npm's own order.
    const all = [...Object.entries(lock.packages), ...missing].sort(([a], [b]) => a.localeCompare(b, 'en'));
    lock.packages = Object.fromEntries(all);
    writeFileSync('package-lock.json', `${JSON.stringify(lock, undefined, 2)}\n`);
  }
  console.log(
    missing.length > 0 ? `added ${missing.map(([path]) => path).join(', ')}` : 'package-lock.json is complete',
  );
}
