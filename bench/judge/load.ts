/** The cells of the table, in its order. */
import { SCENARIOS } from './scenarios.ts';
import type { Load } from './traffic.ts';

/** Those of the scenarios whose name contains `text`; all when it is empty. */
export function loadsOf(text = ''): readonly Load[] {
  return SCENARIOS.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase())).flatMap((scenario) =>
    scenario.requestsPerSecond.flatMap((requestsPerSecond) =>
      scenario.shares.map((share) => ({ scenario, requestsPerSecond, share })),
    ),
  );
}
