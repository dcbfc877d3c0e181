/** A log that remembers what it has masked: other pages of the job, which the runner does not mask, leave it out as well. */
import { secretLines } from './core/lists.ts';
import type { Log } from './ports.ts';

export function rememberingMasks(log: Log): Log {
  const secrets = new Set<string>();
  return {
    ...log,
    mask(secret) {
      for (const line of secretLines(secret)) secrets.add(line);
      log.mask(secret);
    },
    masked: () => [...secrets],
  };
}
