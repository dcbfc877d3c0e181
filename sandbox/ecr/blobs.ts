import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** An upload that grows chunk by chunk. */
export interface Upload {
  readonly id: string;
  readonly repository: string;
  /** Bytes received so far. */
  readonly size: number;
  append(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void>;
  /** Keeps it under `digest`; resolves to false, keeping nothing, when its content has another digest. */
  finish(digest: string): Promise<boolean>;
  abort(): Promise<void>;
}

/** Contents by digest, in a temporary folder: images of hundreds of megabytes do not belong in memory. */
export interface BlobStore {
  /** Where they lie until close. */
  readonly folder: string;
  /** Bytes; undefined when there is no such blob. */
  size(digest: string): number | undefined;
  read(digest: string): Promise<Buffer>;
  stream(digest: string): Readable;
  /** Stores a whole content and gives its digest. */
  write(content: Buffer): Promise<string>;
  startUpload(repository: string): Promise<Upload>;
  upload(id: string): Upload | undefined;
  /** Removes the folder. */
  close(): Promise<void>;
}

/** `sha256:…` of a content, the only algorithm that ECR takes. */
export const digestOf = (content: Buffer | string): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** Whether the text has the form of a digest. */
export const isDigest = (text: string): boolean => /^sha256:[0-9a-f]{64}$/.test(text);

export function createBlobStore(): BlobStore {
  const folder = mkdtempSync(join(tmpdir(), 'greenlight-registry-'));
  const sizes = new Map<string, number>();
  const uploads = new Map<string, Upload>();
  const handles = new Set<FileHandle>();
  const fileOf = (digest: string) => join(folder, digest.replace(':', '-'));
  const known = (digest: string) => {
    if (!sizes.has(digest)) throw new Error(`no blob ${digest}`);
    return fileOf(digest);
  };

  const startUpload = async (repository: string): Promise<Upload> => {
    const id = randomUUID();
    const path = join(folder, `upload-${id}`);
    const handle = await open(path, 'w');
    handles.add(handle);
    let hash: Hash | undefined = createHash('sha256');
    let size = 0;
    const end = async () => {
      hash = undefined;
      uploads.delete(id);
      handles.delete(handle);
      await handle.close();
    };
    const upload: Upload = {
      id,
      repository,
      get size() {
        return size;
      },
      async append(chunks) {
        for await (const chunk of chunks) {
          await handle.appendFile(chunk);
          hash?.update(chunk);
          size += chunk.length;
        }
      },
      async finish(digest) {
        const actual = `sha256:${hash?.digest('hex')}`;
        await end();
        if (actual !== digest) {
          await rm(path, { force: true });
          return false;
        }
        await rename(path, fileOf(digest));
        sizes.set(digest, (await stat(fileOf(digest))).size);
        return true;
      },
      async abort() {
        await end();
        await rm(path, { force: true });
      },
    };
    uploads.set(id, upload);
    return upload;
  };

  return {
    folder,
    size: (digest) => sizes.get(digest),
    read: async (digest) => readFile(known(digest)),
    stream: (digest) => createReadStream(known(digest)),
    async write(content) {
      const digest = digestOf(content);
      if (!sizes.has(digest)) {
        await writeFile(fileOf(digest), content);
        sizes.set(digest, content.length);
      }
      return digest;
    },
    startUpload,
    upload: (id) => uploads.get(id),
    async close() {
      await Promise.all([...handles].map((handle) => handle.close().catch(() => undefined)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
