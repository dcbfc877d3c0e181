/** A file as the repository has it. What a step of the job has rendered stands in the workspace too, with secrets in it perhaps. */
import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { GitHubContext } from './core/github.ts';

export interface RepositoryFile {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  /** `as-committed`: everybody who reads the repository reads this text. `unknown`: no index of git's tells. */
  readonly state: 'as-committed' | 'changed' | 'untracked' | 'unknown';
}

export interface Checkout {
  /** The job's folder; the process's own when undefined. */
  readonly workspace?: string | undefined;
  readonly github?: GitHubContext | undefined;
}

/** Undefined: not there, or not of this repository. Never rejects. */
export async function repositoryFile(path: string, checkout: Checkout): Promise<RepositoryFile | undefined> {
  try {
    // A link is followed: the lines are those of the file that it leads to.
    const [workspace, file] = await Promise.all([realpath(checkout.workspace ?? '.'), realpath(path)]);
    const root = await rootOf(file, workspace, checkout.github);
    const way = root === undefined ? undefined : within(root, file);
    if (root === undefined || way === undefined) return undefined;
    const bytes = await readFile(file);
    return { path: way, text: bytes.toString('utf8'), state: stateIn(await indexOf(root), way, bytes) };
  } catch {
    return undefined;
  }
}

/**
 * The folder that the repository is checked out to: the workspace, or a folder below it (actions/checkout has an input `path`).
 * Undefined for a file that is elsewhere, or in another repository that is checked out beside this one.
 */
async function rootOf(file: string, workspace: string, github: GitHubContext | undefined): Promise<string | undefined> {
  if (within(workspace, file) === undefined) return undefined;
  for (let folder = dirname(file); folder !== workspace; folder = dirname(folder)) {
    const git = await stat(join(folder, '.git')).catch(() => undefined);
    // A submodule has a file of this name.
    if (git?.isFile()) return undefined;
    if (git?.isDirectory()) return (await isOf(folder, github)) ? folder : undefined;
  }
  return workspace;
}

async function isOf(folder: string, github: GitHubContext | undefined): Promise<boolean> {
  if (github === undefined) return false;
  const remotes = await readFile(join(folder, '.git', 'config'), 'utf8').catch(() => '');
  const urls = [...remotes.matchAll(/^\s*url\s*=\s*(\S+)\s*$/gm)].map(([, url = '']) =>
    url.replace(/(\.git)?\/?$/, ''),
  );
  const name = `${github.owner}/${github.repository}`.toLowerCase();
  return urls.some((url) => /^[/:]$/.test(url.at(-name.length - 1) ?? '') && url.toLowerCase().endsWith(name));
}

/** The way from a folder to what is in it, with slashes; undefined for what is not. */
function within(folder: string, file: string): string | undefined {
  const way = relative(folder, file);
  // Another drive of Windows has no way to it.
  if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return undefined;
  return way.replaceAll('\\', '/');
}

// ------------------------------------------------------------------ git's index

async function indexOf(root: string): Promise<Buffer | undefined> {
  const git = join(root, '.git');
  // A worktree has a file there that says where its folder is.
  const pointer = /^gitdir: (.+)$/m.exec(await readFile(git, 'utf8').catch(() => ''))?.[1];
  return readFile(join(pointer ?? git, 'index')).catch(() => undefined);
}

/**
 * An entry is, among other things, the SHA-1 of the content, two bytes of flags whose lower twelve bits are the length of the path,
 * the path and a zero. An index of another kind (compressed paths, SHA-256, line ends that git converts) does not tell, and the file
 * counts as changed or untracked: less is shown. https://git-scm.com/docs/index-format
 */
function stateIn(index: Buffer | undefined, path: string, content: Buffer): RepositoryFile['state'] {
  if (index === undefined) return 'unknown';
  const name = Buffer.from(`${path}\0`);
  const flags = Buffer.alloc(2);
  flags.writeUInt16BE(Math.min(name.length - 1, 0xfff));
  const entry = Buffer.concat([flags, name]);
  const hash = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest();
  if (index.includes(Buffer.concat([hash, entry]))) return 'as-committed';
  return index.includes(entry) ? 'changed' : 'untracked';
}
