import { invalid } from './errors.ts';

export interface PageInput {
  readonly Marker?: string | undefined;
  readonly PageSize?: number | undefined;
}

/** One page of a list; the marker is the place where the next one begins. */
export function page<T>(all: readonly T[], input: PageInput): { items: T[]; NextMarker?: string } {
  const start = input.Marker === undefined ? 0 : Number(input.Marker);
  if (!Number.isInteger(start) || start < 0) throw invalid(`Marker '${input.Marker}' is not valid`);
  const size = input.PageSize ?? 400;
  if (size < 1 || size > 400) throw invalid(`PageSize '${size}' must be between 1 and 400 inclusive`);
  const items = all.slice(start, start + size);
  return start + size < all.length ? { items, NextMarker: String(start + size) } : { items };
}
