/** What would change in a task definition, as lines of a difference. Pure. */
import { pathOf } from '../core/definition-diff.ts';
import type { ShownChange } from '../core/plan-report.ts';
import { shown } from './foreign-text.ts';
import { imageText } from './github-markdown.ts';
import { fence } from './markdown.ts';
import { cut, fitting } from './plan-words.ts';

/** The fence itself, and the line that says what is left out. */
const MOST_OF_FENCE = 200;
const LONGEST_NAME = 300;

/** "- path = old" and "+ path = new", each in one line; in a group of its container without the container. */
export function diffLines(changes: readonly ShownChange[], isGrouped = false): readonly string[] {
  return changes.flatMap(({ keys, path, from, to }) => {
    const name = cut(oneLine(isGrouped ? restOf(keys, path) : path), LONGEST_NAME);
    return [
      ...(from === undefined ? [] : [`- ${name} = ${oneLine(from)}`]),
      ...(to === undefined ? [] : [`+ ${name} = ${oneLine(to)}`]),
    ];
  });
}

/** In a fence of at most so many bytes, each container under a head of its own, which GitHub sets apart by its colour. */
export function diffFence(changes: readonly ShownChange[], mostBytes: number): string {
  const groups = new Map<string, ShownChange[]>();
  for (const change of changes) {
    const group = groupOf(change);
    groups.set(group, [...(groups.get(group) ?? []), change]);
  }
  // What is of the task as a whole first: beneath a container it would look like a part of it.
  const inOrder = [...groups].sort(([one], [other]) => Number(one !== '') - Number(other !== ''));
  const lines = inOrder.flatMap(([group, of]) =>
    group === '' ? diffLines(of) : [`@@ ${cut(oneLine(group), LONGEST_NAME)} @@`, ...diffLines(of, true)],
  );
  const left = (count: number): string => `# … and ${count} more lines, in the log`;
  // A digest is known by its beginning; the log has all of it.
  const readable = lines.map((line) => imageText(line));
  return fence(fitting(readable, mostBytes - MOST_OF_FENCE, left), 'diff');
}

/** "containerDefinitions[web]"; empty for what is no part of one container. */
function groupOf({ keys }: ShownChange): string {
  return isOfContainer(keys) ? pathOf(keys.slice(0, 2)) : '';
}

function isOfContainer(keys: readonly string[]): boolean {
  return keys[0] === 'containerDefinitions' && keys.length > 2;
}

/** The path from the container on: "environment.LOG_LEVEL". */
function restOf(keys: readonly string[], path: string): string {
  return isOfContainer(keys) ? path.slice(pathOf(keys.slice(0, 2)).length + 1) : path;
}

function oneLine(text: string): string {
  return shown(text).replace(/[\n\u0085\u2028\u2029]+/g, ' ');
}
