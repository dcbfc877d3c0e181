const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
const unitOrder = ['h', 'm', 's', 'ms'];

/** A duration as a user writes it, in milliseconds, or what is wrong with it (with the value) and how to write it. */
export type ParsedDuration = { readonly ms: number } | { readonly problem: string; readonly fix: string };

/** Reads `500ms`, `30s`, `5m`, `1h`, `1h30m`: whole numbers, each with its unit, the larger unit first. */
export function parseDuration(text: string): ParsedDuration {
  const value = text.trim();
  if (/^\d+([.,]\d+)?$/.test(value)) return { problem: `${value} has no unit`, fix: unitFix(value) };
  const parts = [...value.matchAll(/(\d+)(ms|h|m|s)/g)];
  const units = parts.map((part) => unitOrder.indexOf(part[2] ?? ''));
  const isWhole = parts.length > 0 && parts.map((part) => part[0]).join('') === value;
  const isFalling = units.every((unit, i) => i === 0 || unit > (units[i - 1] ?? 0));
  if (!isWhole || !isFalling) {
    return { problem: `"${value}" is not a duration`, fix: 'write a whole number with its unit: 30s, 5m, 1h or 1h30m' };
  }
  return { ms: parts.reduce((sum, part) => sum + Number(part[1]) * (unitMs[part[2] ?? ''] ?? 0), 0) };
}

function unitFix(value: string): string {
  const whole = /^\d+$/.test(value) ? value : '5';
  return `write ${whole}s, ${whole}m or ${whole}h`;
}

/** The shortest way to write it: `90s` is 1m30s, 3600000 ms is 1h, 0 is 0s. Whole milliseconds. */
export function formatDuration(ms: number): string {
  let rest = ms;
  let text = '';
  for (const unit of unitOrder) {
    const size = unitMs[unit] ?? 1;
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}

/** Time that passes, as a clock shows it: 75_000 is "01:15", an hour and a second more "1:00:01". */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (part: number): string => String(part).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
