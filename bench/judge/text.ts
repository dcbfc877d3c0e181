/** The table for people: a block a scenario, the rules below each other, the loads beside each other. */
import type { Row } from './cell.ts';
import { limitFor } from './findings.ts';

export function tableText(rows: readonly Row[]): string {
  return [...groups(rows, ({ scenario }) => scenario).values()]
    .map((block) => (block[0]?.isSameVersion ? sameVersionText(block) : worseVersionText(block)))
    .join('\n\n');
}

/** One line a rule: how often it flagged a version as good as stable. */
function sameVersionText(block: readonly Row[]): string {
  const loads = loadsIn(block);
  const line = (name: string, cells: readonly string[]) => row(name, cells, 8);
  return [
    `${block[0]?.scenario ?? ''}: flagged, in percent (!: more than α)`,
    line(
      '  requests a second',
      loads.map(({ requestsPerSecond }) => count(requestsPerSecond)),
    ),
    line(
      '  share of the candidate',
      loads.map(({ share }) => `${share} %`),
    ),
    ...rulesIn(block).map((rule) =>
      line(
        `  ${rule}`,
        loads.map((load) => {
          const cell = at(block, rule, load);
          return cell === undefined ? '' : `${percent(cell.flagged)}${cell.flagged > limitFor(cell) ? '!' : ' '}`;
        }),
      ),
    ),
  ].join('\n');
}

/** One line a rule and rate: flagged, minutes, requests harmed, for each share. */
function worseVersionText(block: readonly Row[]): string {
  const loads = loadsIn(block);
  const lines = [`${block[0]?.scenario ?? ''}: flagged (%), median minutes to the verdict, requests harmed before it`];
  for (const requestsPerSecond of new Set(loads.map((load) => load.requestsPerSecond))) {
    const shares = loads.filter((load) => load.requestsPerSecond === requestsPerSecond);
    lines.push(
      row(
        `  ${count(requestsPerSecond)} requests a second`,
        shares.map(({ share }) => `share ${share} %`),
        22,
      ),
      ...rulesIn(block).map((rule) =>
        row(
          `    ${rule}`,
          shares.map((load) => {
            const cell = at(block, rule, load);
            if (cell === undefined) return '';
            const minutes = cell.medianMinutes === null ? '-' : String(cell.medianMinutes);
            return `${percent(cell.flagged).padStart(6)}${minutes.padStart(5)}${count(Math.round(cell.harmed)).padStart(8)}`;
          }),
          22,
        ),
      ),
    );
  }
  return lines.join('\n');
}

interface LoadOf {
  readonly requestsPerSecond: number;
  readonly share: number;
}

function loadsIn(rows: readonly Row[]): LoadOf[] {
  return [...groups(rows, ({ requestsPerSecond, share }) => `${requestsPerSecond} ${share}`).values()].flatMap(
    ([first]) => (first === undefined ? [] : [first]),
  );
}

function rulesIn(rows: readonly Row[]): string[] {
  return [...new Set(rows.map(({ rule }) => rule))];
}

function at(rows: readonly Row[], rule: string, { requestsPerSecond, share }: LoadOf): Row | undefined {
  return rows.find(
    (cell) => cell.rule === rule && cell.requestsPerSecond === requestsPerSecond && cell.share === share,
  );
}

/** In the order in which each key is first met. */
function groups<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const group = found.get(key(item));
    if (group === undefined) found.set(key(item), [item]);
    else group.push(item);
  }
  return found;
}

function row(name: string, cells: readonly string[], width: number): string {
  return `${name.padEnd(46)}${cells.map((cell) => cell.padStart(width)).join('')}`.trimEnd();
}

/** "12.3", "100": of a share between 0 and 1. */
export function percent(part: number): string {
  const text = (part * 100).toFixed(1);
  return text === '100.0' ? '100' : text;
}

/** "1,000". */
function count(value: number): string {
  return value.toLocaleString('en-US');
}
