/** What a bench found. Units stand in the columns' names: "first call (ms)". */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** How it was measured, and what was left out and why: a line each. */
  readonly notes?: readonly string[];
}

/** What a module of this folder exports. */
export interface Bench {
  readonly name: string;
  run(): Promise<Table>;
}

/** The table as text: first column to the left, numbers to the right. */
export function tableText({ columns, rows, notes = [] }: Table): string {
  const cells = [columns, ...rows].map((row) => row.map((cell) => String(cell)));
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const lines = cells.map((row) =>
    widths
      .map((width, column) => (column === 0 ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width)))
      .join('  ')
      .trimEnd(),
  );
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [lines[0], rule, ...lines.slice(1), ...notes].join('\n');
}
