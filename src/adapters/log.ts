/**
 * The job's log as the runner reads it: plain lines, and workflow commands for annotations, folds and masks.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 *
 * Written by hand, though @actions/core has the same: a mask must stand before the next line is printed, not after a package
 * has been loaded, and that package (its HTTP client above all) costs more time than everything else before the first AWS call.
 * No colours: the log is read in browsers, terminals and files alike.
 */
import type { Log } from '../ports.ts';

/** `write` gets whole lines, each with its line feed. */
export function log(write: (text: string) => void = (text) => process.stdout.write(text)): Log {
  // The runner has no folds within folds: an inner title is a line.
  let depth = 0;
  const command = (name: string, message: string) => write(`::${name}::${escapeMessage(message)}\n`);
  const info = (text: string) => {
    for (const line of text.split(/\r?\n/)) write(`${defused(line)}\n`);
  };
  return {
    info,
    notice: (line) => command('notice', line),
    warning: (line) => command('warning', line),
    error: (line) => command('error', line),
    async group(title, fn) {
      if (depth === 0) command('group', title);
      else info(title);
      depth += 1;
      try {
        return await fn();
      } finally {
        depth -= 1;
        if (depth === 0) write('::endgroup::\n');
      }
    },
    mask(secret) {
      // The runner masks line by line; an empty mask would hide everything.
      for (const line of secret.split(/\r?\n/)) if (line.trim() !== '') command('add-mask', line);
    },
  };
}

function escapeMessage(message: string): string {
  return message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/**
 * A line that came from elsewhere (a container's log, a command's output) must not be a command to the runner:
 * it takes "::name" at the beginning, blanks apart, and "##[name]" anywhere.
 */
function defused(line: string): string {
  return line.replace(/^(\s*):(?=:)/, '$1: ').replaceAll('##[', '## [');
}
