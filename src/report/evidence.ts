/** What the gates that compare both versions went by: the file that allows anyone to compute it again, and its numbers in a table. */
import { grouped } from '../core/figures.ts';
import { gateName } from '../core/gate.ts';
import { isJsonObject } from '../core/json.ts';
import { stepName } from '../core/plan.ts';
import type { GateHistory } from './history.ts';

/** The part of a history that is needed here. */
interface Seen {
  readonly gates: readonly Pick<GateHistory, 'gate' | 'step' | 'evidence'>[];
}

/** The last evidence of each gate at each step as JSON; undefined when there is none. What is no finite number is null in it. */
export function evidenceText(
  history: Seen,
  of: { readonly service: string; readonly cluster: string; readonly deployment: string },
): string | undefined {
  const looks = history.gates.flatMap(({ gate, step, evidence }) =>
    evidence === undefined ? [] : [{ gate: gateName(gate), share: step.share, evidence }],
  );
  return looks.length === 0 ? undefined : `${JSON.stringify({ ...of, looks }, undefined, 2)}\n`;
}

export const COMPARISON_HEAD = [
  'Compared',
  'Candidate',
  'Stable',
  'Ratio',
  'Difference',
  'Harm is proven at 1',
  'Harmless is proven at 1',
  'Come in bunches of',
];

/** A row for each metric of each gate at each step where it was judged; what a gate does not tell is a dash. */
export function comparisonRows(history: Seen): readonly (readonly string[])[] {
  return history.gates.flatMap((look) =>
    metricsIn(look.evidence).map((metric) => [
      comparedName(look, metric),
      countCell(metric['candidate']),
      countCell(metric['stable']),
      ratioCell(metric['ratio']),
      differenceCell(metric['difference']),
      proofCell(at(metric, 'evidence', 'harm')),
      proofCell(at(metric, 'evidence', 'harmlessness')),
      numberCell(at(metric, 'dispersion', 'factor')),
    ]),
  );
}

type Members = Readonly<Record<string, unknown>>;

function metricsIn(evidence: unknown): readonly Members[] {
  const metrics: unknown = isJsonObject(evidence) ? evidence['metrics'] : undefined;
  return Array.isArray(metrics) ? (metrics as unknown[]).filter(isJsonObject) : [];
}

function comparedName({ gate, step }: Seen['gates'][number], metric: Members): string {
  const name = metric['metric'];
  const source = gate.kind === 'metrics' && gate.source.kind !== 'load-balancer' ? ` from ${gate.source.kind}` : '';
  return `${typeof name === 'string' ? name : gateName(gate)}${source} ${stepName(step)}`;
}

/** "12 of 3,400 (0.35 %)" */
function countCell(value: unknown): string {
  const [requests, bad] = [at(value, 'requests'), at(value, 'bad')];
  if (!isNumber(requests) || !isNumber(bad)) return DASH;
  const rate = requests > 0 ? ` (${percent(bad / requests)})` : '';
  return `${grouped(bad)} of ${grouped(requests)}${rate}`;
}

/** "27 (9.1 to 80)", "27 (at least 9.1)" */
function ratioCell(value: unknown): string {
  const [estimate, low, high] = [at(value, 'estimate'), at(value, 'low'), at(value, 'high')];
  if (!isNumber(low)) return DASH;
  const bounds = isNumber(high) ? `${short(low)} to ${short(high)}` : `at least ${short(low)}`;
  return isNumber(estimate) ? `${short(estimate)} (${bounds})` : bounds;
}

/** "-0.02 % to +0.5 %" */
function differenceCell(value: unknown): string {
  const [low, high] = [at(value, 'low'), at(value, 'high')];
  if (!isNumber(low) || !isNumber(high)) return DASH;
  const signed = (part: number): string => `${part > 0 ? '+' : ''}${percent(part)}`;
  return `${signed(low)} to ${signed(high)}`;
}

/** How far beyond it is of no interest: a thousandfold proof is one. */
function proofCell(value: unknown): string {
  if (value === Number.POSITIVE_INFINITY) return 'proven';
  if (!isNumber(value)) return DASH;
  return value >= 1 ? 'proven' : value < 0.001 ? '0' : short(value);
}

function numberCell(value: unknown): string {
  return isNumber(value) ? short(value) : DASH;
}

const DASH = '–';

/** What stands there, member by member; undefined where nothing does. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), value);
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function percent(part: number): string {
  return `${short(part * 100)} %`;
}
