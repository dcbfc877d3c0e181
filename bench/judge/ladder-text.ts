import type { LadderRow } from './ladder.ts';
import { percent } from './text.ts';

/** The ladder's table for people. */
export function ladderText(rows: readonly LadderRow[]): string {
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => (column === 1 ? cell.padEnd(34) : cell.padStart(column === 0 ? 6 : 16))).join('  ')}`;
  return [
    'a ladder of 10, 25, 50 and 100 %: with early (at most 60 minutes a step), and by fixed holds of equal power',
    line(['req/s', 'way', 'caught, ×2 (%)', 'false (%)', 'minutes to 100 %']),
    ...rows.map(({ requestsPerSecond, alpha, way, holdMinutes, power, falseAlarms, medianMinutes }) =>
      line([
        requestsPerSecond.toLocaleString('en-US'),
        `α ${alpha}, ${way === 'early' ? 'early' : `${holdMinutes} minutes a step`}`,
        percent(power),
        percent(falseAlarms),
        medianMinutes === null ? 'never' : String(medianMinutes),
      ]),
    ),
  ].join('\n');
}
