/** What the table says, in sentences that are computed from it. */
import type { Row } from './cell.ts';
import type { LadderRow } from './ladder.ts';

export interface Finding {
  readonly sentence: string;
  /** Cells that do not bear it out, one line each. */
  readonly exceptions: readonly string[];
  /** The judge has promised it: with an exception the bench fails. Otherwise it is only told. */
  readonly isPromise: boolean;
}

/** So much longer than the oracle, which is told the true ratio, may the judge take close to the limit. */
const ORACLE_FACTOR = 1.3;

/** What a rule's false alarms are held against: its own promise, or 0.05 where it makes none. */
export function limitFor({ alpha }: Pick<Row, 'alpha'>): number {
  return alpha ?? 0.05;
}

export function findingsIn(rows: readonly Row[], alphas: readonly number[]): Finding[] {
  return alphas.flatMap((alpha) => [...falseAlarms(rows, alpha), ...besideOracle(rows, alpha), ...harm(rows, alpha)]);
}

function falseAlarms(rows: readonly Row[], alpha: number): Finding[] {
  const cells = rows.filter((cell) => cell.isSameVersion && cell.rule === judge(alpha));
  if (cells.length === 0) return [];
  const worst = Math.max(0, ...cells.map(({ flagged }) => flagged));
  return [
    {
      isPromise: true,
      sentence: `α ${alpha}: the judge flags a version as good as stable at most as often as α in each of ${cells.length} cells (at worst ${percent(worst)} %)`,
      exceptions: cells
        .filter(({ flagged }) => flagged > alpha)
        .map((cell) => `${nameOf(cell)}: ${percent(cell.flagged)} %`),
    },
  ];
}

/** Close to the limit: where the harm is a doubling. Both by the minute at which half of all runs were flagged. */
function besideOracle(rows: readonly Row[], alpha: number): Finding[] {
  const pairs = rows
    .filter(({ scenario, rule }) => rule === judge(alpha) && scenario.includes('×2') && !scenario.includes('×25'))
    .map((cell) => ({ cell, oracle: cellOf(rows, cell, `oracle, α ${alpha}`) }));
  const compared = pairs.flatMap(({ cell, oracle }) =>
    oracle?.halfFlaggedMinutes == null
      ? []
      : [{ cell, own: cell.halfFlaggedMinutes, oracles: oracle.halfFlaggedMinutes }],
  );
  if (compared.length === 0) return [];
  const late = compared.filter(({ own, oracles }) => own === null || own > oracles * ORACLE_FACTOR);
  const line = ({ cell, own, oracles }: (typeof compared)[number]) =>
    `${nameOf(cell)}: ${own === null ? 'not half of the runs within 30' : own} minutes, the oracle ${oracles}`;
  // Nobody can answer between two minutes: the next whole minute is no broken promise, but it is told.
  const isNextMinute = ({ own, oracles }: (typeof compared)[number]) => own !== null && own <= oracles + 1;
  const nextMinute = late.filter(isNextMinute);
  return [
    {
      isPromise: true,
      sentence: `α ${alpha}: close to the limit (×2) the judge takes at most ${ORACLE_FACTOR} times as long as the oracle, or one whole minute more, in each of ${compared.length} cells (${pairs.length - compared.length} more are too small for the oracle as well)`,
      exceptions: late.filter((pair) => !isNextMinute(pair)).map(line),
    },
    ...(nextMinute.length === 0
      ? []
      : [
          {
            isPromise: false,
            sentence: `α ${alpha}: close to the limit the judge never takes longer than ${ORACLE_FACTOR} times the oracle's minutes, that whole minute more not allowed`,
            exceptions: nextMinute.map(line),
          },
        ]),
  ];
}

/** Beside every other rule that raises no more false alarms than α in any same-version cell. */
function harm(rows: readonly Row[], alpha: number): Finding[] {
  const others = [...new Set(rows.map(({ rule }) => rule))].filter((rule) => !/^(judge|oracle),/.test(rule));
  const keeping = others.filter((rule) =>
    rows.every((cell) => cell.rule !== rule || !cell.isSameVersion || cell.flagged <= alpha),
  );
  // With a part of the table nothing can be said of all same-version cells.
  if (!rows.some(({ isSameVersion }) => isSameVersion) || rows.every(({ isSameVersion }) => isSameVersion)) return [];
  const told: Finding = {
    isPromise: false,
    sentence: `α ${alpha}: rules beside the judge that keep their false alarms at α in all same-version cells: ${keeping.join('; ') || 'none'}`,
    exceptions: [],
  };
  const cells = rows.filter((cell) => !cell.isSameVersion && cell.rule === judge(alpha));
  return [
    told,
    ...keeping.map((rule) => ({
      isPromise: false,
      sentence: `α ${alpha}: with the judge fewer requests are harmed than with ${rule}, or as many, in each of ${cells.length} cells of a worse version`,
      exceptions: cells.flatMap((cell) => {
        const other = cellOf(rows, cell, rule);
        return other === undefined || cell.harmed <= other.harmed
          ? []
          : [`${nameOf(cell)}: ${cell.harmed} requests, with ${rule} ${other.harmed}`];
      }),
    })),
  ];
}

/** A good version reaches 100 % sooner than by fixed holds of equal power. */
export function ladderFindings(rows: readonly LadderRow[]): Finding[] {
  return rows
    .filter(({ way }) => way === 'early')
    .map((early) => {
      const fixed = rows.find(
        (row) => row.way === 'fixed' && row.alpha === early.alpha && row.requestsPerSecond === early.requestsPerSecond,
      );
      const isSooner =
        fixed?.medianMinutes == null || (early.medianMinutes !== null && early.medianMinutes < fixed.medianMinutes);
      return {
        isPromise: false,
        sentence: `α ${early.alpha}, ${early.requestsPerSecond} requests a second: a good version reaches 100 % sooner than by fixed holds of equal power`,
        exceptions: isSooner ? [] : [`${early.medianMinutes} minutes, by fixed holds ${fixed?.medianMinutes}`],
      };
    });
}

export function isBroken(findings: readonly Finding[]): boolean {
  return findings.some(({ isPromise, exceptions }) => isPromise && exceptions.length > 0);
}

/** "ok", "FAIL" for a promise that is broken, "told" for what is not so but was not promised; then the cells. */
export function findingText({ sentence, exceptions, isPromise }: Finding): string {
  const mark = exceptions.length === 0 ? '  ok' : isPromise ? 'FAIL' : 'told';
  return [
    `${mark}  ${sentence}${exceptions.length > 0 ? '. Not so:' : ''}`,
    ...exceptions.map((line) => `        ${line}`),
  ].join('\n');
}

function judge(alpha: number): string {
  return `judge, α ${alpha}`;
}

function cellOf(rows: readonly Row[], { scenario, requestsPerSecond, share }: Row, rule: string): Row | undefined {
  return rows.find(
    (cell) =>
      cell.rule === rule &&
      cell.scenario === scenario &&
      cell.requestsPerSecond === requestsPerSecond &&
      cell.share === share,
  );
}

function nameOf({ scenario, requestsPerSecond, share }: Row): string {
  return `${scenario}, ${requestsPerSecond.toLocaleString('en-US')} requests a second, share ${share} %`;
}

function percent(part: number): string {
  return (part * 100).toFixed(2).replace(/0$/, '');
}
