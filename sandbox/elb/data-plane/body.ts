import { type BodyLength, MalformedMessage } from './message.ts';

const CR = 13;
const LF = 10;

/** Finds where a message's body ends, while its bytes pass by unchanged. */
export interface BodyMeter {
  readonly done: boolean;
  /** The body ends when the connection does. */
  readonly untilClose: boolean;
  /** Counts `buffer` from `start` on; returns the index behind the last byte that belongs to the body. */
  pass(buffer: Buffer, start: number): number;
}

/** A meter for one body. `pass` of a chunked body throws MalformedMessage. */
export function createBodyMeter(length: BodyLength): BodyMeter {
  if (length === 'chunked') return new ChunkedMeter();
  return new LengthMeter(length === 'until-close' ? Number.POSITIVE_INFINITY : length);
}

class LengthMeter implements BodyMeter {
  readonly untilClose: boolean;
  private left: number;

  constructor(length: number) {
    this.left = length;
    this.untilClose = length === Number.POSITIVE_INFINITY;
  }

  get done(): boolean {
    return this.left === 0;
  }

  pass(buffer: Buffer, start: number): number {
    const taken = Math.min(this.left, buffer.length - start);
    this.left -= taken;
    return start + taken;
  }
}

/** A chunk-size line longer than this is not one (extensions are rare and short). */
const MAX_LINE_BYTES = 1024;

/** RFC 9112, section 7.1: size lines, data, trailers, an empty line. */
class ChunkedMeter implements BodyMeter {
  readonly untilClose = false;
  done = false;
  private expects: 'size' | 'data' | 'data-end' | 'trailer' = 'size';
  private line = '';
  private left = 0;

  pass(buffer: Buffer, start: number): number {
    let at = start;
    while (!this.done && at < buffer.length) {
      if (this.expects === 'data') {
        const taken = Math.min(this.left, buffer.length - at);
        this.left -= taken;
        at += taken;
        if (this.left === 0) this.expects = 'data-end';
      } else {
        at = this.passLine(buffer, at);
      }
    }
    return at;
  }

  private passLine(buffer: Buffer, start: number): number {
    const lf = buffer.indexOf(LF, start);
    const end = lf === -1 ? buffer.length : lf + 1;
    this.line += buffer.toString('latin1', start, end);
    if (this.line.length > MAX_LINE_BYTES) throw new MalformedMessage('chunk line too long');
    if (lf === -1) return end;
    const line = this.line;
    this.line = '';
    if (line.charCodeAt(line.length - 2) !== CR) throw new MalformedMessage('chunk line ends without CR');
    this.take(line.slice(0, -2));
    return end;
  }

  private take(line: string): void {
    if (this.expects === 'size') {
      const size = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/.exec(line);
      if (!size) throw new MalformedMessage(`chunk size ${JSON.stringify(line.slice(0, 20))}`);
      this.left = Number.parseInt(size[1] ?? '', 16);
      this.expects = this.left === 0 ? 'trailer' : 'data';
    } else if (this.expects === 'data-end') {
      if (line !== '') throw new MalformedMessage('chunk is longer than its size');
      this.expects = 'size';
    } else if (line === '') {
      this.done = true;
    }
  }
}
