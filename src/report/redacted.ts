/** What the job has masked in its log is kept out of its summary and its report too: the runner masks nothing but the log. Pure. */
import type { EndedJob } from './ended-job.ts';

/** Our own words, by which texts are told apart: nothing of them comes from outside. */
const OWN = new Set(['kind', 'verdict', 'status', 'movement', 'orders', 'end', 'pause']);
const MASK = '***';

/** The job without any of these texts in what others wrote. Longer ones first: one may hold another. */
export function redacted(job: EndedJob, secrets: readonly string[]): EndedJob {
  const hidden = [...new Set(secrets)]
    .filter((secret) => secret.trim() !== '')
    .toSorted((one, other) => other.length - one.length);
  return hidden.length === 0 ? job : (without(job, hidden) as EndedJob);
}

function without(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, MASK), value);
  if (Array.isArray(value)) return value.map((one: unknown) => without(one, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, OWN.has(name) ? one : without(one, secrets)]),
  );
}
