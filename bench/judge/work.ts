/** The pieces into which the bench is cut, as plain data: they travel between processes. */
import { cellRows, type Row } from './cell.ts';
import { type LadderRow, ladderRows } from './ladder.ts';
import { loadsOf } from './load.ts';
import { allRules } from './rules/all.ts';

export type Piece =
  | {
      readonly kind: 'cell';
      readonly scenario: string;
      readonly requestsPerSecond: number;
      readonly share: number;
      readonly runs: number;
      readonly seed: number;
    }
  | {
      readonly kind: 'ladder';
      readonly requestsPerSecond: number;
      readonly alpha: number;
      readonly runs: number;
      readonly seed: number;
    };

export type Answer =
  | { readonly kind: 'cell'; readonly rows: readonly Row[] }
  | { readonly kind: 'ladder'; readonly rows: readonly LadderRow[] };

const rules = allRules();

export function worked(piece: Piece): Answer {
  if (piece.kind === 'ladder') {
    return { kind: 'ladder', rows: ladderRows(piece.requestsPerSecond, piece.alpha, piece.runs, piece.seed) };
  }
  const load = loadsOf(piece.scenario).find(
    ({ scenario, requestsPerSecond, share }) =>
      scenario.name === piece.scenario && requestsPerSecond === piece.requestsPerSecond && share === piece.share,
  );
  if (load === undefined) throw new Error(`no cell ${piece.scenario}, ${piece.requestsPerSecond}/s, ${piece.share} %`);
  return { kind: 'cell', rows: cellRows(load, rules, piece.runs, piece.seed) };
}
