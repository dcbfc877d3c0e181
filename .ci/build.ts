/**
 * Builds dist: the action as the runner starts it, with everything that it needs inside. The same sources and lock file
 * make the same bytes, wherever they are built. Why in two steps and with these settings: docs/decisions/0002-cold-start.md.
 *
 *   npm run build
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ncc from '@vercel/ncc';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * `import 'node:http'` makes Node read every export, and one of them (WebSocket) loads its whole fetch implementation:
 * a quarter of the time to the first call. Taken as an object, only what is used is read. What CommonJS packages require of
 * Node is taken the same way, for an ES module has no `require`.
 */
const builtinsAsObjects: Plugin = {
  name: 'builtins-as-objects',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '');
      if (!builtinModules.includes(name)) return undefined;
      const isObject = name === 'http' || kind === 'require-call';
      return isObject ? { path: name, namespace: 'as-object' } : { path: `node:${name}`, external: true };
    });
    onLoad({ filter: /.*/, namespace: 'as-object' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
    }));
  },
};

/** What is used of the sources and their packages, as plain ES modules in `folder`: one file a lazy import, what they share apart. */
async function gather(folder: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: 'src/index.ts' },
    outdir: folder,
    bundle: true,
    metafile: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    splitting: true,
    // ncc makes its entry small and leaves the lazy files as they are.
    minify: true,
    legalComments: 'none',
    // The packages' ES modules, of which what is not used can be left out; Node itself would take their CommonJS.
    mainFields: ['module', 'main'],
    conditions: ['module'],
    plugins: [builtinsAsObjects],
    logLevel: 'warning',
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n');
  return metafile;
}

/** The post step's own file: a few lines that load the other bundle when there is something left to do. */
async function gatherPost(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/post.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minify: true,
    plugins: [
      {
        name: 'beside-the-bundle',
        setup({ onResolve }) {
          onResolve({ filter: /^\.\/index\.ts$/ }, () => ({ path: './index.js', external: true }));
        },
      },
    ],
    logLevel: 'warning',
  });
  return outputFiles[0]?.text ?? '';
}

/** Its place is part of ncc's module numbers: a folder of another name would make other bytes. */
const gathered = join(root, 'lib');

/** Bundles `src/index.ts` and `src/post.ts` into `folder`, which is emptied first. Gives the bytes of all files. Not twice at the same time. */
export async function buildInto(folder: string): Promise<number> {
  rmSync(gathered, { recursive: true, force: true });
  const metafile = await gather(gathered);
  const { code, assets } = await ncc(join(gathered, 'index.js'), {
    esm: true,
    minify: true,
    quiet: true,
    target: 'es2022',
    // Packages look for files of the user's (~/.aws/config, the working directory); none of them belongs into the bundle.
    filterAssetBase: gathered,
  });
  const files = new Map<string, string | Buffer>([
    ['index.js', code],
    ['post.js', await gatherPost()],
    ...Object.entries(assets).map(([name, { source }]): [string, string | Buffer] => [name, source]),
    // The files are ES modules also where the repository's package.json is not beside them.
    ['package.json', '{"type":"module"}\n'],
    ['licenses.txt', licensesOf(metafile)],
  ]);
  rmSync(folder, { recursive: true, force: true });
  return [...files].reduce((bytes, [name, contents]) => bytes + write(join(folder, name), contents), 0);
}

function write(path: string, contents: string | Buffer): number {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
  return Buffer.byteLength(contents);
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
