/**
 * Builds dist: the action as the runner starts it, with everything that it needs inside. The same sources and lock file
 * make the same bytes, wherever they are built. Why this bundler and these settings: docs/decisions/0002-cold-start.md.
 *
 *   npm run build
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * `import 'node:http'` makes Node read every export, and one of them (WebSocket) loads its whole fetch implementation:
 * a quarter of the time to the first call. Taken as an object, only what is used is read.
 */
const httpAsObject: Plugin = {
  name: 'http-as-object',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?http$/ }, () => ({ path: 'http', namespace: 'as-object' }));
    onLoad({ filter: /.*/, namespace: 'as-object' }, () => ({
      contents: "module.exports = process.getBuiltinModule('node:http');",
    }));
  },
};

/** Bundles `src/index.ts` into `folder`, which is emptied first. Gives the bytes of all files. */
export async function buildInto(folder: string): Promise<number> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: 'src/index.ts' },
    outdir: folder,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // One file a lazy import, what they share apart: a job reads only what it uses.
    splitting: true,
    minify: true,
    legalComments: 'none',
    // The packages' ES modules, of which what is not used can be left out; Node itself would take their CommonJS.
    mainFields: ['module', 'main'],
    conditions: ['module'],
    plugins: [httpAsObject],
    // CommonJS packages among the dependencies ask for Node's own modules this way.
    banner: { js: 'var require=process.getBuiltinModule("node:module").createRequire(import.meta.url);' },
    logLevel: 'warning',
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [path.slice(folder.length + 1), contents]));
  // The files are ES modules also where the repository's package.json is not beside them.
  files.set('package.json', Buffer.from('{"type":"module"}\n'));
  files.set('licenses.txt', Buffer.from(licensesOf(metafile)));

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  let bytes = 0;
  for (const [name, contents] of files) {
    writeFileSync(join(folder, name), contents);
    bytes += contents.byteLength;
  }
  return bytes;
}

/** The licence of every package of which something is inside, equal texts once. */
function licensesOf(metafile: Metafile): string {
  const packages = new Set(
    Object.values(metafile.outputs)
      .flatMap(({ inputs }) => Object.keys(inputs))
      .flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  const namesByText = new Map<string, string[]>();
  for (const folder of [...packages].sort()) {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Record<string, unknown>;
    const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e(\.(md|txt))?$/i.test(name));
    const text =
      file === undefined
        ? ''
        : readFileSync(join(root, folder, file), 'utf8')
            .replaceAll('\r\n', '\n')
            .trim();
    const key = text === '' ? `(${String(manifest['license'])}; the package has no text of its own)` : text;
    namesByText.set(key, [
      ...(namesByText.get(key) ?? []),
      `${String(manifest['name'])} (${String(manifest['license'])})`,
    ]);
  }
  return [...namesByText].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const bytes = await buildInto(join(root, 'dist'));
  console.log(`dist: ${(bytes / 1_000_000).toFixed(2)} MB`);
}
