import { StringDecoder } from 'node:string_decoder';

/** Docker hands a longer line to its log driver in pieces of this size. */
const MAX_LINE_BYTES = 16 * 1024;

export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Tells what came after the last line break. */
  end(): void;
}

/** Cuts a stream of bytes into lines, without their line breaks; a character cut in two by a chunk is mended. */
export function splitLines(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) tell(line.endsWith('\r') ? line.slice(0, -1) : line);
    while (rest.length >= MAX_LINE_BYTES) {
      onLine(rest.slice(0, MAX_LINE_BYTES));
      rest = rest.slice(MAX_LINE_BYTES);
    }
  };
  const tell = (line: string): void => {
    for (let at = 0; at === 0 || at < line.length; at += MAX_LINE_BYTES) onLine(line.slice(at, at + MAX_LINE_BYTES));
  };
  return {
    push: (chunk) => take(decoder.write(chunk)),
    end() {
      take(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
