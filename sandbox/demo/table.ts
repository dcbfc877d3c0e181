/** The live table: who has the users, and how they fare. Pure. */

import type { Paint } from './paint.ts';
import type { Moment, Side } from './state.ts';

const NARROW = 72;
const WIDEST_BAR = 40;

/** Lines of at most `columns` - 1 characters, so that no terminal breaks them. */
export function table(moment: Moment, columns: number, paint: Paint): string[] {
  const width = Math.max(40, columns - 1);
  const narrow = columns < NARROW;
  const label = narrow ? 4 : 10;
  const [rate, errors, tests, healthy] = narrow ? [6, 7, 6, 8] : [7, 8, 9, 9];
  const fixed = 2 + label + 6 + rate + errors + tests + errors + healthy;
  const bar = Math.min(WIDEST_BAR, width - fixed);
  const barred = bar >= 4;
  const before = 2 + label + (barred ? bar : 0) + 6;

  const above = paint(
    'dim',
    ['users'.padStart(before + rate + errors), (narrow ? 'tests' : 'test listener').padStart(tests + errors)].join(''),
  );
  const head = paint(
    'dim',
    [
      (narrow ? '' : '  version').padEnd(2 + label) +
        (barred && bar >= 14 ? 'share of users' : 'share').padEnd(before - 2 - label),
      'req/s'.padStart(rate),
      'errors'.padStart(errors),
      (narrow ? 'req' : 'requests').padStart(tests),
      'errors'.padStart(errors),
      'healthy'.padStart(healthy),
    ].join(''),
  );

  const row = (side: Side): string => {
    const known = side.version !== undefined;
    const there = known && !side.gone;
    const name = `${known ? `v${side.version}` : '–'}${narrow ? '' : ` ${side.group}`}`.padEnd(label);
    const full = Math.round((bar * side.share) / 100);
    const colour = side.group;
    const count = (value: number, size: number): string => (known ? grouped(value) : '–').padStart(size);
    const faults = (value: number, size: number): string =>
      value > 0 ? paint('red', count(value, size)) : paint('dim', count(value, size));
    const well = side.gone ? 'gone' : side.targets > 0 ? `${side.healthy} of ${side.targets}` : '–';
    return [
      `  ${there ? paint('bold', name) : paint('dim', name)}`,
      barred ? paint(colour, '█'.repeat(full)) + paint('dim', '░'.repeat(bar - full)) : '',
      `${Math.round(side.share)} %`.padStart(6),
      count(side.usersPerS, rate),
      faults(side.userErrors, errors),
      count(side.tests, tests),
      faults(side.testErrors, errors),
      (there && side.targets > 0 && side.healthy < side.targets ? paint('yellow', well.padStart(healthy)) : '') ||
        well.padStart(healthy),
    ].join('');
  };

  const tone = lost(moment) > 0 ? 'red' : moment.failed > 0 ? 'yellow' : 'green';
  const time = clock(moment.elapsedMs);
  const title = moment.title.slice(0, width - 4 - time.length);
  return [
    paint('dim', '─'.repeat(width)),
    `  ${paint('bold', title)}${' '.repeat(width - 2 - title.length - time.length)}${paint('dim', time)}`,
    '',
    above,
    head,
    ...moment.sides.map(row),
    '',
    `  users${narrow ? '' : ' so far'}: ${grouped(moment.requests)} requests, ${paint(tone, narrow ? `${grouped(moment.failed)} failed` : failures(moment))}`,
  ];
}

/** The same in one line, for logs. */
export function tableLine(moment: Moment): string {
  const sides = moment.sides
    .filter(({ version, targets }) => version !== undefined && targets > 0)
    .toSorted((one, other) => (one.version ?? 0) - (other.version ?? 0))
    .map(
      ({ version, share, usersPerS, healthy, targets }) =>
        `v${version} ${Math.round(share)} % ${Math.round(usersPerS)}/s ${healthy} of ${targets} healthy`,
    );
  return `${clock(moment.elapsedMs)}  ${[...sides, `${grouped(moment.requests)} requests, ${failures(moment)}`].join(' · ')}`;
}

/** What counts as a change for whoever reads line by line. */
export function tableKey(moment: Moment): string {
  const { title, sides, failed } = moment;
  return JSON.stringify([
    title,
    // That there are any is news, how many there are goes on by itself.
    failed > 0,
    lost(moment) > 0,
    // Of a version that is only expected the line says nothing.
    sides.flatMap(({ version, share, healthy, targets }) => (targets > 0 ? [[version, share, healthy, targets]] : [])),
  ]);
}

/** Requests that no version answered wrongly and that failed all the same. The users' count may be a little late, never early. */
const lost = ({ failed, ownErrors }: Moment): number => Math.max(0, failed - ownErrors);

function failures(moment: Moment): string {
  const failed = `${grouped(moment.failed)} failed`;
  if (moment.failed === 0) return failed;
  return lost(moment) > 0 ? `${failed}, ${grouped(lost(moment))} of them lost` : `${failed}, all in the bad version`;
}

/** 12345.6 is "12,346", in every locale. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** 75_000 is "01:15". */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
