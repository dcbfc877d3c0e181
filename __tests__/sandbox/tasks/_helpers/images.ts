import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type ImageConfig, ImagePullError, type ImageStore } from '../../../../sandbox/contracts.ts';

export interface FakeFile {
  readonly path: string;
  readonly content: string;
  readonly mode?: number;
}

export interface FakeImage {
  readonly files?: readonly FakeFile[];
  readonly config?: NonNullable<ImageConfig['config']>;
  readonly architecture?: string;
  readonly gzip?: boolean;
}

/** An image store in memory: images by reference, each a single layer; what is not there fails as ECS words it. */
export function imageStore(images: Readonly<Record<string, FakeImage>>): ImageStore & { readonly pulls: string[] } {
  const pulls: string[] = [];
  return {
    pulls,
    async pull(reference) {
      pulls.push(reference);
      const image = images[reference];
      if (!image) {
        throw new ImagePullError(`CannotPullContainerError: failed to resolve reference "${reference}": not found`);
      }
      const layer = tar(image.files ?? []);
      const config = { architecture: image.architecture ?? 'amd64', os: 'linux', config: image.config ?? {} };
      const digest = `sha256:${createHash('sha256').update(layer).update(JSON.stringify(config)).digest('hex')}`;
      return { digest, config, layers: [image.gzip === false ? layer : gzipSync(layer)] };
    },
    credentials: () => ({ username: 'AWS', password: 'secret' }),
  };
}

function tar(files: readonly FakeFile[]): Buffer {
  const blocks = files.flatMap(({ path, content, mode = 0o644 }) => {
    const body = Buffer.from(content);
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        0', 148);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
