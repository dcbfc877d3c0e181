/** The table as a picture: above false alarms, below minutes to the verdict, a small chart a scenario, a bar a rule. */
import type { Row } from './cell.ts';

/** Of rules that come at two values of α the stricter one is drawn: it is the judge's default. */
const ALPHA = 0.01;
/** The load at which minutes are compared; where a scenario has not this share, its first. */
const REQUESTS_PER_SECOND = 100;
const SHARE = 10;
const MINUTES = 30;

const NAMES_WIDTH = 262;
const CHART_WIDTH = 92;
const BAR_WIDTH = 44;
const LINE = 20;
const HEAD = 92;
const GAP = 26;

interface Bar {
  /** 0 to 1, of the whole width. */
  readonly part: number;
  readonly text: string;
  readonly kind: 'good' | 'bad' | 'plain';
}

/** A self-contained SVG, light or dark as the reader has it. */
export function pictureOf(rows: readonly Row[]): string {
  const same = rows.filter(({ isSameVersion }) => isSameVersion);
  const worse = rows.filter(({ isSameVersion }) => !isSameVersion);
  const rules = (of: readonly Row[]) => [
    ...new Set(
      of.filter(({ alpha, rule }) => alpha === null || alpha === ALPHA || !rule.includes('α')).map(({ rule }) => rule),
    ),
  ];
  const falseAlarms = panel(
    'Flagged although it is as good as stable: share of the runs, at the worst load',
    'Red: more often than once in a hundred.',
    rules(same),
    scenariosIn(same),
    (rule, scenario) => falseAlarmBar(same.filter((row) => row.rule === rule && row.scenario === scenario)),
  );
  const minutes = panel(
    `Minutes until half of the runs of a worse version are flagged, at ${REQUESTS_PER_SECOND} requests a second`,
    `Share ${SHARE} %, the outage at 1 %. A percentage: fewer than half are flagged within ${MINUTES} minutes. The oracle is told how much worse it is.`,
    rules(worse),
    scenariosIn(worse),
    (rule, scenario) => minutesBar(worse.filter((row) => row.rule === rule && row.scenario === scenario)),
  );
  const width = Math.max(falseAlarms.width, minutes.width) + 24;
  const height = falseAlarms.height + GAP + minutes.height + 24;
  const title = 'How often each rule turns back a good version, and how soon a worse one';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    STYLE,
    `<rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    `<g transform="translate(12 12)">${falseAlarms.body}</g>`,
    `<g transform="translate(12 ${12 + falseAlarms.height + GAP})">${minutes.body}</g>`,
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = `<style>
text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
.title { font-weight: 600; font-size: 14px; } .dim { fill: #59636e; } .ours { font-weight: 700; }
.page { fill: #ffffff; stroke: #d1d9e0; } .rule { stroke: #d1d9e0; }
.good { fill: #1a7f37; } .bad { fill: #cf222e; } .plain { fill: #0969da; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; } .dim { fill: #9198a1; } .page { fill: #0d1117; stroke: #3d444d; } .rule { stroke: #3d444d; }
.good { fill: #3fb950; } .bad { fill: #f85149; } .plain { fill: #4493f8; }
}
</style>`;

function panel(
  title: string,
  note: string,
  rules: readonly string[],
  scenarios: readonly string[],
  barOf: (rule: string, scenario: string) => Bar | undefined,
): { readonly body: string; readonly width: number; readonly height: number } {
  const height = HEAD + rules.length * LINE;
  const heads = scenarios.map((scenario, column) =>
    wrapped(scenario, 12)
      .map((line, index, lines) =>
        text(NAMES_WIDTH + column * CHART_WIDTH, HEAD - 8 - (lines.length - 1 - index) * 13, line, 'dim'),
      )
      .join(''),
  );
  const lines = rules.map((rule, index) => {
    const y = HEAD + index * LINE;
    const bars = scenarios.map((scenario, column) => {
      const bar = barOf(rule, scenario);
      return bar === undefined ? '' : drawn(bar, NAMES_WIDTH + column * CHART_WIDTH, y);
    });
    return text(0, y + 14, rule, rule.startsWith('judge') ? 'ours' : '') + bars.join('');
  });
  return {
    width: NAMES_WIDTH + scenarios.length * CHART_WIDTH,
    height,
    body: [
      text(0, 14, title, 'title'),
      text(0, 31, note, 'dim'),
      ...heads,
      `<path class="rule" d="M0 ${HEAD - 2}H${NAMES_WIDTH + scenarios.length * CHART_WIDTH}"/>`,
      ...lines,
    ].join('\n'),
  };
}

function drawn({ part, text: label, kind }: Bar, x: number, y: number): string {
  const width = Math.round(part * BAR_WIDTH * 10) / 10;
  const bar = width === 0 ? '' : `<rect class="${kind}" x="${x}" y="${y + 4}" width="${width}" height="12" rx="2"/>`;
  return bar + text(x + width + (width === 0 ? 0 : 4), y + 14, label, width === 0 ? 'dim' : '');
}

function falseAlarmBar(cells: readonly Row[]): Bar | undefined {
  if (cells.length === 0) return undefined;
  const worst = Math.max(...cells.map(({ flagged }) => flagged));
  return { part: worst, text: percent(worst), kind: worst > ALPHA ? 'bad' : 'good' };
}

function minutesBar(cells: readonly Row[]): Bar | undefined {
  const loaded = cells.filter(({ requestsPerSecond }) => requestsPerSecond === REQUESTS_PER_SECOND);
  const cell = loaded.find(({ share }) => share === SHARE) ?? loaded[0];
  if (cell === undefined) return undefined;
  const minutes = cell.halfFlaggedMinutes;
  if (minutes === null) return { part: 0, text: percent(cell.flagged), kind: 'plain' };
  return { part: minutes / MINUTES, text: String(minutes), kind: 'plain' };
}

function scenariosIn(rows: readonly Row[]): string[] {
  return [...new Set(rows.map(({ scenario }) => scenario))];
}

function wrapped(sentence: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function text(x: number, y: number, content: string, kind: string): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}"${kind === '' ? '' : ` class="${kind}"`}>${escaped}</text>`;
}

function percent(part: number): string {
  if (part > 0 && part < 0.001) return '< 0.1 %';
  return `${(part * 100).toFixed(part > 0 && part < 0.0995 ? 1 : 0)} %`;
}
