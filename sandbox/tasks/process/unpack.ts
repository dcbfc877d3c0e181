import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

/** Unpacks an image's layers over one another, lowest first. Whiteouts are not obeyed: what an upper layer deletes stays. */
export async function unpackLayers(layers: readonly Buffer[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const layer of layers) await untar(isGzip(layer) ? gunzipSync(layer) : layer, folder);
}

function isGzip(layer: Buffer): boolean {
  return layer[0] === 0x1f && layer[1] === 0x8b;
}

function untar(tar: Buffer, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('tar', ['-x', '-f', '-', '-C', folder, '--no-same-owner'], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < 2_000) stderr += chunk.toString();
    });
    child.once('error', (error) => reject(new Error(`unpack a layer with tar: ${error.message}`)));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`unpack a layer: tar ended with ${code}: ${stderr.trim()}`));
    });
    // tar may end before it has read the padding after its end mark.
    child.stdin.on('error', () => {});
    child.stdin.end(tar);
  });
}
