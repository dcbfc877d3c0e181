/**
 * What README.md repeats from elsewhere, between markers: inputs and outputs from action.yml, the quick start from
 * examples/workflows/deploy.yml.
 *
 *   npx tsx .ci/readme-tables.ts     writes them anew
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';

interface ActionFile {
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
}

/** `readme` with its tables and its quick start as those two files have them. Throws when a marker is missing. */
export function withTables(readme: string, actionYml: string, quickStart: string): string {
  const { inputs, outputs } = parse(actionYml) as ActionFile;
  const inputRows = Object.entries(inputs).map(([name, { description, required, default: preset }]) => [
    `\`${name}\``,
    required === true ? '**required**' : preset === undefined ? '' : `\`${preset}\``,
    description,
  ]);
  const outputRows = Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]);
  return [
    ['inputs', table(['input', 'default', 'meaning'], inputRows)] as const,
    ['outputs', table(['output', 'meaning'], outputRows)] as const,
    ['deploy.yml', `\n\`\`\`yaml\n${quickStart.trimEnd()}\n\`\`\`\n`] as const,
  ].reduce((text, [name, rows]) => between(text, name, rows), readme);
}

function between(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${begin} … ${end}`);
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
  const [readme = '', actionYml = '', quickStart = ''] = [
    'README.md',
    'action.yml',
    'examples/workflows/deploy.yml',
  ].map((file) => readFileSync(file, 'utf8'));
  writeFileSync('README.md', withTables(readme, actionYml, quickStart));
}
