/**
 * What README.md and README.ko.md repeat from elsewhere, between markers: inputs and outputs from action.yml (in Korean
 * from docs/ko/action-texts.yml), the quick start from examples/workflows/deploy.yml.
 *
 *   npx tsx .ci/readme-tables.ts     writes them anew
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { englishTexts, readAction, readTexts } from './action-texts.ts';

/**
 * `readme` with its tables and its quick start as those files have them, in English unless there are `textsYml`. What is
 * not translated yet stands there in English. Throws when a marker is missing.
 */
export function withTables(readme: string, actionYml: string, quickStart: string, textsYml?: string): string {
  const action = readAction(actionYml);
  const english = englishTexts(action);
  const { words, ...texts } = textsYml === undefined ? english : readTexts(textsYml);
  const meaning = (kind: 'inputs' | 'outputs', name: string) => (texts[kind][name] ?? english[kind][name])?.ko ?? '';
  const inputRows = Object.entries(action.inputs).map(([name, { required, default: preset }]) => [
    `\`${name}\``,
    required === true ? `**${words.required}**` : preset === undefined ? '' : `\`${preset}\``,
    meaning('inputs', name),
  ]);
  const outputRows = Object.keys(action.outputs).map((name) => [`\`${name}\``, meaning('outputs', name)]);
  return [
    ['inputs', table([words.input, words.default, words.meaning], inputRows)] as const,
    ['outputs', table([words.output, words.meaning], outputRows)] as const,
    ['deploy.yml', `\n\`\`\`yaml\n${quickStart.trimEnd()}\n\`\`\`\n`] as const,
  ].reduce((text, [name, rows]) => between(text, name, rows), readme);
}

function between(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the README has no ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Lines of one description stay lines; a bar would begin the next cell. */
function cell(text: string): string {
  return text.trim().replaceAll('|', '\\|').replaceAll('\n', '<br>');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const text = (file: string) => readFileSync(file, 'utf8');
  const [actionYml, quickStart] = [text('action.yml'), text('examples/workflows/deploy.yml')];
  writeFileSync('README.md', withTables(text('README.md'), actionYml, quickStart));
  const textsYml = text('docs/ko/action-texts.yml');
  writeFileSync('README.ko.md', withTables(text('README.ko.md'), actionYml, quickStart, textsYml));
}
