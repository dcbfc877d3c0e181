/**
 * Text from anywhere (a container's log, a command's output, an answer of AWS) as lines of a log: each stays one line, none is a
 * command to the runner, none moves a terminal's cursor, and colours are kept only where they are shown.
 */

/** Escape sequences: those with parameters, those with a text that ends with BEL or ST, and the short ones. ECMA-48. */
const SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const COLOUR = /^\x1b\[[0-9;:]*m$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all but the tabulator and what begins a colour.
const CONTROLS = /[\x00-\x08\x0a-\x1a\x1c-\x1f\x7f-\x9f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour may stand before the command.
const COMMAND = /^((?:\s|\x1b\[[0-9;:]*m)*):(?=:)/;
const PLAIN_AGAIN = '\x1b[0m';

/** `keepsColours`: whoever reads the log shows them. */
export function linesOf(text: string, keepsColours: boolean): readonly string[] {
  return text.split(/\r?\n/).map((line) => defused(lookOf(lastOverwrite(line), keepsColours)));
}

/** A text of one line without any look, as annotations and titles need it: GitHub shows them outside of the log. */
export function unstyled(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => lookOf(lastOverwrite(line), false))
    .join('\n');
}

/** A progress bar comes back to the line's begin again and again: what was last to be seen there. To the runner a lone \r ends a line. */
function lastOverwrite(line: string): string {
  if (!line.includes('\r')) return line;
  return line.split('\r').findLast((part) => part.trim() !== '') ?? '';
}

function lookOf(line: string, keepsColours: boolean): string {
  let coloured = false;
  const seen = line.replace(SEQUENCES, (sequence) => {
    if (!keepsColours || !COLOUR.test(sequence)) return '';
    coloured = true;
    return sequence;
  });
  const text = seen.replace(CONTROLS, '');
  // A colour must not run into the next line.
  return coloured && !text.endsWith(PLAIN_AGAIN) ? `${text}${PLAIN_AGAIN}` : text;
}

/** The runner takes "::name" at the beginning, blanks apart, and "##[name]" anywhere. */
function defused(line: string): string {
  return line.replace(COMMAND, '$1: ').replaceAll('##[', '## [');
}
