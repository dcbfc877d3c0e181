/** Round numbers for axes. Pure. */
import { elapsed } from '../core/duration.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 48, 96].map((n) => n * HOUR),
];

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** A round time of which at most `most`, the 0 included, are in `lengthMs`. */
export function timeStep(lengthMs: number, most: number): number {
  return TIME_STEPS.find((one) => lengthMs / one <= most - 1) ?? Math.ceil(lengthMs / (most - 1) / HOUR) * HOUR;
}

/** From 0 to at most `lengthMs`, at most `most` of them. */
export function timeTicks(lengthMs: number, most: number): readonly Tick[] {
  const step = timeStep(lengthMs, most);
  return Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, i) => ({
    value: i * step,
    label: step >= HOUR ? `${(i * step) / HOUR} h` : elapsed(i * step),
  }));
}

/** From 0 to at least `highest`, in three to five steps of 1, 2, 2.5 or 5 times a power of ten. */
export function valueTicks(highest: number, unit = ''): readonly Tick[] {
  const top = highest > 0 ? highest : 1;
  const power = 10 ** Math.floor(Math.log10(top / 4));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((one) => top / one <= 4.0001) ?? 10 * power;
  const count = Math.max(1, Math.ceil(top / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, i) => {
    const value = Number((i * step).toPrecision(6));
    return { value, label: `${value.toLocaleString('en-US', { maximumFractionDigits: 6 })}${unit}` };
  });
}
