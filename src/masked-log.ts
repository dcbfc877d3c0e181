/** A log that remembers what it has masked: other pages of the job, which the runner does not mask, leave it out as well. */
import type { Log } from './ports.ts';

export function rememberingMasks(log: Log): Log {
  const secrets = new Set<string>();
  return {
    ...log,
    mask(secret) {
      // As the runner takes it: line by line.
      for (const line of secret.split(/\r?\n/)) if (line.trim() !== '') secrets.add(line);
      log.mask(secret);
    },
    masked: () => [...secrets],
  };
}
