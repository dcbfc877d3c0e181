/** One file of a layer. `mode` is 0o644 unless given; paths are relative to the image's root. */
export interface LayerFile {
  readonly path: string;
  readonly content: string | Buffer;
  readonly mode?: number;
}

const blockSize = 512;

/**
 * A ustar archive of the files. Written here and not by the `tar` program, since its bytes must be the same on every
 * machine and in every run: an image with equal content then has an equal digest.
 * https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */
export function writeTar(files: readonly LayerFile[]): Buffer {
  const blocks: Buffer[] = [];
  for (const { path, content, mode } of files) {
    const data = typeof content === 'string' ? Buffer.from(content) : content;
    blocks.push(header(path.replace(/^\/+/, ''), data.length, mode ?? 0o644), data);
    blocks.push(Buffer.alloc((blockSize - (data.length % blockSize)) % blockSize));
  }
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockSize)]);
}

function header(path: string, size: number, mode: number): Buffer {
  const { name, prefix } = splitPath(path);
  const block = Buffer.alloc(blockSize);
  const octal = (value: number, digits: number, offset: number) =>
    block.write(`${value.toString(8).padStart(digits, '0')}\0`, offset, 'latin1');
  block.write(name, 0, 'utf8');
  octal(mode, 7, 100);
  octal(0, 7, 108);
  octal(0, 7, 116);
  octal(size, 11, 124);
  octal(0, 11, 136);
  // The checksum counts its own field as eight spaces.
  block.write('        ', 148, 'latin1');
  block.write('0', 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.write(prefix, 345, 'utf8');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** ustar has 100 bytes for the name and 155 for the folders before it. */
function splitPath(path: string): { name: string; prefix: string } {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: '' };
  const cut = path.indexOf('/', path.length - 101);
  const [prefix, name] = [path.slice(0, cut), path.slice(cut + 1)];
  if (cut < 0 || Buffer.byteLength(name) > 100 || Buffer.byteLength(prefix) > 155)
    throw new RangeError(`path is too long for a layer: ${path}`);
  return { name, prefix };
}
