import type { Scenario } from '../../../../bench/judge/scenarios.ts';
import { SCENARIOS } from '../../../../bench/judge/scenarios.ts';
import { type Counts, emptyTraffic, type Traffic } from '../../../../bench/judge/traffic.ts';

/** `[requests, bad]` of each minute; the minutes that are not written repeat the last one. */
export type Minutes = readonly (readonly [requests: number, bad: number])[];

export function trafficOf(
  candidate: Minutes,
  stable: Minutes = [[0, 0]],
  before: Minutes = stable,
  length = 30,
): Traffic {
  const traffic = emptyTraffic(length);
  fill(traffic.before, before);
  fill(traffic.candidate, candidate);
  fill(traffic.stable, stable);
  return traffic;
}

function fill({ requests, bad }: Counts, minutes: Minutes): void {
  for (let minute = 0; minute < requests.length; minute++) {
    const [all, failed] = minutes[minute] ?? minutes.at(-1) ?? [0, 0];
    requests[minute] = all;
    bad[minute] = failed;
  }
}

export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
}
