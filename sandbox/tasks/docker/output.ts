import { splitLines } from '../lines.ts';

const HEADER_BYTES = 8;

/** Reads the engine's log stream: frames of an 8-byte header (stream number, length) and a piece of stdout or stderr.
 *  https://docs.docker.com/reference/api/engine/ (Attach to a container, "Stream format") */
export async function readOutput(stream: AsyncIterable<Buffer>, onLine: (line: string) => void): Promise<void> {
  const splitters = new Map([1, 2].map((number) => [number, splitLines(onLine)]));
  let pending: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of stream) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      while (pending.length >= HEADER_BYTES) {
        const end = HEADER_BYTES + pending.readUInt32BE(4);
        if (pending.length < end) break;
        splitters.get(pending.readUInt8(0))?.push(pending.subarray(HEADER_BYTES, end));
        pending = pending.subarray(end);
      }
    }
  } finally {
    for (const splitter of splitters.values()) splitter.end();
  }
}
