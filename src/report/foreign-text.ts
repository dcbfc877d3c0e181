/** Text that others wrote (log lines, reasons, names), made fit to be shown. What it means to HTML or Markdown is not dealt with here. */

/** Colours and cursor movements of terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const TERMINAL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
/** What no page may hold or what turns the direction of the text around it; line feed and tab stay. */
const UNFIT =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Without terminal codes; characters that cannot be shown are a replacement character. */
export function shown(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(TERMINAL, '').replace(UNFIT, '\ufffd');
}

/** At most so many characters, the last of them an ellipsis where something is missing. */
export function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1);
  // Half of a pair is no character.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
