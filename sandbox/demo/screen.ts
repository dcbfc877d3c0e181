/**
 * Where the demo shows itself. On a terminal: what is said stays and scrolls up as usual, and below it one block is redrawn
 * in place. Anywhere else (a pipe, CI, a dumb terminal): plain lines, at a change or every two seconds.
 */

import { type Paint, painted, unpainted } from './paint.ts';

/** Something that goes on, in its two forms. */
export interface Live {
  block(columns: number, paint: Paint): readonly string[];
  /** For those who read line by line; printed when `key` changes, else now and then. */
  line(): string;
  key(): string;
}

/** Said once; asked again when the terminal gets another width. */
export type Said = (columns: number, paint: Paint) => readonly string[];

export interface Screen {
  say(said: Said): void;
  /** Undefined: nothing goes on any more. */
  live(live: Live | undefined): void;
  /** Takes the block away and gives the terminal back. Safe to repeat. */
  close(): void;
}

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: 'resize', fn: () => void): unknown;
  off(event: 'resize', fn: () => void): unknown;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function createScreen(output: Output, environment: Environment): Screen {
  return output.isTTY === true && environment['TERM'] !== 'dumb'
    ? terminal(output, environment['NO_COLOR'] ? unpainted : painted)
    : lines(output);
}

const FRAME_MS = 150;
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const KEPT_FOR_RESIZE = 100;

function terminal(output: Output, paint: Paint): Screen {
  const columns = (): number => output.columns ?? 80;
  let current: Live | undefined;
  let drawn = 0;
  let closed = false;
  const kept: Said[] = [];

  /** Back to the first line of the block. */
  const up = (): string => (drawn > 0 ? `\r\x1b[${drawn}A` : '\r');
  /** One write a frame: a terminal then never shows half of it. */
  const draw = (above: readonly string[] = []): void => {
    const block = current?.block(columns(), paint).slice(0, Math.max(1, (output.rows ?? 24) - 1)) ?? [];
    const rows = [...above, ...block].map((row) => `${row}\x1b[K\n`);
    output.write(`${up()}${rows.join('')}\x1b[J`);
    drawn = block.length;
  };
  const resized = (): void => {
    // The terminal has broken the lines anew, so nobody knows where the block begins now.
    output.write('\x1b[2J\x1b[H');
    drawn = 0;
    draw(kept.flatMap((said) => said(columns(), paint)).slice(-(output.rows ?? 24)));
  };
  const frames = setInterval(() => {
    if (current) draw();
  }, FRAME_MS);
  output.on('resize', resized);
  output.write(HIDE_CURSOR);

  return {
    say(said) {
      if (closed) {
        output.write(`${said(columns(), paint).join('\n')}\n`);
        return;
      }
      kept.push(said);
      if (kept.length > KEPT_FOR_RESIZE) kept.shift();
      draw(said(columns(), paint));
    },
    live(live) {
      current = live;
      draw();
    },
    close() {
      if (closed) return;
      closed = true;
      clearInterval(frames);
      output.off('resize', resized);
      current = undefined;
      draw();
      output.write(SHOW_CURSOR);
    },
  };
}

const QUIET_AT_MOST_MS = 2_000;
const LOOK_EVERY_MS = 200;
/** Wide enough that no line is broken: whatever shows the log does that. */
const UNBROKEN = 10_000;

function lines(output: Output): Screen {
  let current: Live | undefined;
  let lastKey: string | undefined;
  let lastAtMs = 0;
  const print = (rows: readonly string[]): void => {
    if (rows.length > 0) output.write(`${rows.join('\n')}\n`);
    lastAtMs = performance.now();
  };
  const look = (): void => {
    if (current === undefined) return;
    const key = current.key();
    if (key === lastKey && performance.now() - lastAtMs < QUIET_AT_MOST_MS) return;
    lastKey = key;
    print([current.line()]);
  };
  const looking = setInterval(look, LOOK_EVERY_MS);
  return {
    say: (said) => print(said(UNBROKEN, unpainted)),
    live(live) {
      current = live;
      look();
    },
    close: () => clearInterval(looking),
  };
}
