/**
 * The job's log. For the runner: plain lines, and workflow commands for annotations, folds and masks.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 * For everybody else (a terminal, a file) plain lines alone: there a mask would tell the secret that it is to hide.
 *
 * Written by hand, though @actions/core has the same: a mask must stand before the next line is printed, not after a package
 * has been loaded, and that package (its HTTP client above all) costs more time than everything else before the first AWS call.
 *
 * It has no colours of its own: the log is read in browsers, terminals and files alike. Those that a user's own command prints are kept
 * where they are shown (GitHub's viewer, a terminal) and NO_COLOR is not set.
 */
import { secretLines } from '../core/lists.ts';
import type { About, Log } from '../ports.ts';
import { type Fold, openFold } from './log/fold.ts';
import { linesOf, unstyled } from './log/lines.ts';
import { terminalLog } from './log/terminal.ts';

export interface LogOptions {
  /** GITHUB_ACTIONS, NO_COLOR and RUNNER_DEBUG are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of annotations that have none of their own. */
  readonly title: string;
  /** Gets whole lines, each with its line feed; standard output when left out. */
  readonly write?: (text: string) => void;
  /** Whether `write` ends on a terminal; as standard output does when left out. */
  readonly isTerminal?: boolean;
  /** Of FoldOptions; 30 s and the machine's own when left out. */
  readonly quietMs?: number;
  readonly now?: () => number;
}

const QUIET_MS = 30_000;

export function log(options: LogOptions): Log {
  const { environment, title, quietMs = QUIET_MS, now = () => performance.now() } = options;
  const write = options.write ?? ((text: string) => process.stdout.write(text));
  const isOnRunner = environment['GITHUB_ACTIONS'] === 'true';
  const isShown = isOnRunner || (options.isTerminal ?? process.stdout.isTTY === true);
  const keepsColours = isShown && (environment['NO_COLOR'] ?? '') === '';
  if (!isOnRunner) return terminalLog(write, { keepsColours, now });
  // Whoever asks the runner for more wants to see everything when it happens: https://docs.github.com/en/actions/how-tos/monitor-workflows/enable-debug-logging
  return runnerLog(write, { keepsColours, title, quietMs, now, isLive: environment['RUNNER_DEBUG'] === '1' });
}

interface RunnerOptions {
  readonly keepsColours: boolean;
  readonly title: string;
  readonly quietMs: number;
  readonly now: () => number;
  /** Folds are printed line by line, and stay shut however they end. */
  readonly isLive: boolean;
}

function runnerLog(
  write: (text: string) => void,
  { keepsColours, title: ownTitle, quietMs, now, isLive }: RunnerOptions,
): Log {
  /** The runner has no folds within folds: an inner title is a line. */
  let fold: Fold | undefined;
  const print = (line: string): void => write(`${line}\n`);
  const command = (name: string, message: string): void => print(`::${name}::${escapeMessage(message)}`);
  const annotation =
    (level: string) =>
    (message: string, about: About = {}): void =>
      print(`::${level} ${propertiesOf({ title: ownTitle, ...about })}::${escapeMessage(unstyled(message))}`);
  const info = (text: string): void => {
    for (const line of linesOf(text, keepsColours)) {
      if (fold === undefined) print(line);
      else fold.add(line);
    }
  };
  const open = (title: string, atMostMs: number | undefined): Fold => {
    const shown = linesOf(title, false).join(' ');
    if (!isLive) {
      const printFolded = (under: string, lines: readonly string[]): void => {
        command('group', under);
        for (const line of lines) print(line);
        print('::endgroup::');
      };
      return openFold({ title: shown, atMostMs, print, printFolded, now, quietMs });
    }
    command('group', shown);
    let isOver = false;
    return {
      add: print,
      end() {
        if (!isOver) print('::endgroup::');
        isOver = true;
      },
    };
  };
  return {
    info,
    notice: annotation('notice'),
    warning: annotation('warning'),
    error: annotation('error'),
    async group(title, fn, { atMostMs, leftWhen } = {}) {
      if (fold !== undefined) {
        info(title);
        return fn();
      }
      const own = open(title, atMostMs);
      fold = own;
      const end = (how: Parameters<Fold['end']>[0]): void => {
        if (fold === own) fold = undefined;
        own.end(how);
      };
      const leave = (): void => end('left');
      leftWhen?.addEventListener('abort', leave, { once: true });
      if (leftWhen?.aborted === true) leave();
      try {
        const value = await fn();
        end('done');
        return value;
      } catch (error) {
        end('failed');
        throw error;
      } finally {
        leftWhen?.removeEventListener('abort', leave);
      }
    },
    mask(secret) {
      for (const line of secretLines(secret)) command('add-mask', line);
    },
  };
}

/** `file=task.json,line=3,title=Greenlight%3A web` */
function propertiesOf({ path, line, title }: About): string {
  const properties = { file: path, line: path === undefined ? undefined : line, title };
  return Object.entries(properties)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`]))
    .join(',');
}

function escapeMessage(message: string): string {
  return message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(value: string): string {
  return escapeMessage(unstyled(value)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
