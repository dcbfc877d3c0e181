/** A program of this machine, run to its end. Written by hand: its end may come before it has read its input, and that is no error of ours. */
import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

export interface Ended {
  readonly exitCode: number;
  readonly output: string;
  readonly error: string;
}

export interface ProgramOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Standard input; an empty one when left out. Never the job's own: the program would wait for it. */
  readonly input?: string | undefined;
  /** Gets what it prints, both streams, line by line as it comes. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** Rejects with Node's own error when it cannot be started. Killed by a signal, it has the exit code -1. */
export async function runProgram(
  file: string,
  args: readonly string[],
  { environment, input, onLine }: ProgramOptions,
): Promise<Ended> {
  const child = spawn(file, [...args], {
    env: { ...environment },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  // It ended, or closed its input, before all was written (EPIPE): how it ended is what counts.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const output = collect(child.stdout, onLine);
  const error = collect(child.stderr, onLine);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  return { exitCode, output: output(), error: error() };
}

/** Gives the function that gives all of it. */
function collect(stream: NodeJS.ReadableStream | null, onLine: ProgramOptions['onLine']): () => string {
  const decoder = new StringDecoder('utf8');
  let all = '';
  let line = '';
  stream?.on('data', (bytes: Buffer) => {
    const text = decoder.write(bytes);
    all += text;
    const parts = (line + text).split('\n');
    line = parts.pop() ?? '';
    for (const part of parts) onLine?.(part.replace(/\r$/, ''));
  });
  stream?.on('end', () => {
    if (line !== '') onLine?.(line);
  });
  return () => all;
}
