/** The log of a job that no runner reads: a person's terminal, a file, another CI. Plain lines; what is a secret is *** as a runner would have it. */
import { secretLines } from '../../core/lists.ts';
import type { Log } from '../../ports.ts';
import { tookText } from './fold.ts';
import { linesOf, unstyled } from './lines.ts';

/** `write` gets whole lines, each with its line feed. */
export function terminalLog(
  write: (text: string) => void,
  { keepsColours, now }: { readonly keepsColours: boolean; readonly now: () => number },
): Log {
  let depth = 0;
  const secrets: string[] = [];
  const print = (line: string): void => {
    const shown = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line);
    write(`${'  '.repeat(depth)}${shown}\n`);
  };
  const info = (text: string): void => {
    for (const line of linesOf(text, keepsColours)) print(line);
  };
  return {
    info,
    notice: (text) => info(unstyled(text)),
    warning: (text) => info(`warning: ${unstyled(text)}`),
    error: (text, about) => {
      const place =
        about?.path === undefined ? '' : `${about.path}${about.line === undefined ? '' : `:${about.line}`}: `;
      info(`error: ${place}${unstyled(text)}`);
    },
    async group(title, fn) {
      const startedAt = now();
      info(title);
      depth += 1;
      let ending = 'done in';
      try {
        return await fn();
      } catch (error) {
        ending = 'failed after';
        throw error;
      } finally {
        print(`${ending} ${tookText(now() - startedAt)}`);
        depth -= 1;
      }
    },
    mask(secret) {
      secrets.push(...secretLines(secret));
    },
  };
}
