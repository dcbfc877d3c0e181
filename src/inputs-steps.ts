import type { Strategy } from './core/config.ts';
import type { InputReader } from './inputs.ts';
import { parseShare } from './inputs-values.ts';

const MOST_STEPS = 100;
const form =
  'write rising percentages above 0 with commas between them and at most one decimal, the last one 100, as in 5, 25, 100';

/** What an engine cannot do of it is told by the engine; here, what contradicts itself. */
export function readSteps(reader: InputReader, strategy: Strategy | undefined): readonly number[] | undefined {
  const text = reader.text('steps');
  if (text === '') return undefined;
  const parts = text.split(',').map((part) => part.trim());
  const wrong = problemOf(text, parts);
  if (wrong !== undefined) return reader.fail('steps', wrong, nearestInTenths(parts) ?? form);
  const steps = parts.map(Number);
  const contradiction = strategy === undefined ? undefined : contradictionOf(text, steps, strategy);
  return contradiction === undefined ? steps : reader.fail('steps', contradiction.problem, contradiction.fix);
}

function problemOf(text: string, parts: readonly string[]): string | undefined {
  if (!parts.every((part) => /^\d+(\.\d+)?$/.test(part))) return `"${text}" is not a list of percentages`;
  const steps = parts.map(Number);
  if (steps.some((share) => share <= 0 || share > 100)) return `${text} leaves 0 to 100`;
  const fine = parts.find((part) => parseShare(part) === undefined);
  if (fine !== undefined) return `${fine} has more than one decimal`;
  if (steps.some((share, i) => share <= (steps[i - 1] ?? 0))) return `${text} does not rise`;
  if (steps.at(-1) !== 100) return `${text} does not end with 100`;
  return steps.length > MOST_STEPS ? `has ${steps.length} steps, and ${MOST_STEPS} are the most` : undefined;
}

/** The same ladder in tenths of a percent, the finest that there is; undefined where that alone does not make it right. */
function nearestInTenths(parts: readonly string[]): string | undefined {
  // A step of 0 is a slip of another kind.
  if (parts.some((part) => !(Number(part) > 0))) return undefined;
  const tenths = parts.map((part) => String(Math.max(1, Math.round(Number(part) * 10)) / 10));
  const nearest = [...new Set(tenths)];
  return problemOf(nearest.join(', '), nearest) === undefined ? `write ${nearest.join(', ')}` : undefined;
}

function contradictionOf(
  text: string,
  steps: readonly number[],
  strategy: Strategy,
): { readonly problem: string; readonly fix: string } | undefined {
  const fitting = steps.length === 1 ? 'blue-green' : steps.length === 2 ? 'canary' : 'linear';
  const orOther = `or write strategy: ${fitting}`;
  if (strategy === 'rolling') {
    const problem = `${text} are shares of traffic, and rolling has none: it replaces task by task`;
    return { problem, fix: `leave steps out, ${orOther}` };
  }
  if (strategy === 'blue-green' && steps.length > 1) {
    const problem = `${text} is more than one step, and blue-green shifts all traffic at once`;
    return { problem, fix: `write 100, or leave steps out, ${orOther}` };
  }
  if (strategy === 'canary' && steps.length !== 2) {
    const problem = `${text} has ${steps.length === 1 ? 'one step' : `${steps.length} steps`}, and canary has two`;
    return { problem, fix: `write ${steps.length === 1 ? 5 : (steps[0] ?? 5)}, 100, ${orOther}` };
  }
  return undefined;
}
