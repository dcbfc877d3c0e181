/** Looks through the gates: one function a kind, each giving a verdict and a sentence. */
import { CallError } from '../core/errors.ts';
import type { Gate, MetricsGate, Verdict } from '../core/gate.ts';
import { candidateUrl as candidateUrlText } from '../core/gate-list.ts';
import type { ShareChange } from '../core/judge/minutes.ts';
import type { Step } from '../core/plan.ts';
import type { Alarms, Clock, LoadBalancers, Metrics, Probe, Shell, TrafficCounts } from '../ports.ts';
import type { LookThroughMetrics } from './gates/metrics.ts';
import { targetsGate } from './gates/targets.ts';
import { trafficGate } from './gates/traffic.ts';
import type { Evaluated, EvaluateGate, Standing } from './world.ts';

export interface Candidate {
  /** The target groups that candidate's revision really uses. Rejects with CallError. */
  readonly targetGroupArns: () => Promise<readonly string[]>;
  /** Those of stable. Rejects with CallError. */
  readonly stableTargetGroupArns: () => Promise<readonly string[]>;
  readonly taskDefinitionArn: string;
  /** What stable runs; undefined when nothing tells. Rejects with CallError. */
  readonly stableTaskDefinitionArn: () => Promise<string | undefined>;
  /** When the candidate was begun, by AWS's clock, in epoch milliseconds. */
  readonly since: number;
  /** Its share as it was seen to change so far, oldest first. */
  readonly changes: () => readonly ShareChange[];
  /** Candidate and stable are behind the same target groups (rolling). */
  readonly mixed: boolean;
  /** A user stays with the version that he met first. */
  readonly sticky: boolean;
  /** So many tasks the candidate is meant to have now. */
  readonly wantedTasks: () => number;
  /** Where the test listener rule is reached; undefined when the service has none. */
  readonly url: string | undefined;
  /** What a `run` gate finds in its environment, besides CANDIDATE_URL and CANDIDATE_SHARE. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface GatePorts {
  readonly loadBalancers: LoadBalancers;
  readonly alarms: Alarms;
  readonly probe: Probe;
  readonly shell: Shell;
  readonly trafficCounts: TrafficCounts;
  readonly metrics: Metrics;
  readonly clock: Pick<Clock, 'now'>;
}

/** What one look through a gate goes by. */
interface Looking extends Standing {
  readonly step: Step;
  readonly signal: AbortSignal;
  /** When gates asked the candidate, which the load balancer counts as it counts users. Grows with every look. */
  readonly ownRequests: number[];
  /** Targets that have been healthy at a look. Grows with every look. */
  readonly met: Set<string>;
  /** Each metrics gate remembers what was counted. */
  readonly ofMetrics: (gate: MetricsGate) => Promise<LookThroughMetrics>;
}

interface Seen {
  readonly verdict: Verdict;
  readonly sentence: string;
}

export function gateEvaluator(ports: GatePorts, candidate: Candidate): EvaluateGate {
  const ownRequests: number[] = [];
  const met = new Set<string>();
  const known = new Map<MetricsGate, LookThroughMetrics>();
  const ofMetrics = async (gate: MetricsGate): Promise<LookThroughMetrics> => {
    // Loaded only for who compares: the judge is a good part of the code.
    const { metricsGate } = await import('./gates/metrics.ts');
    const look = known.get(gate) ?? metricsGate(gate, ports, candidate);
    known.set(gate, look);
    return look;
  };
  return async (gate, step, signal, standing) => {
    try {
      return await lookThrough(gate, { ...standing, step, signal, ownRequests, met, ofMetrics }, ports, candidate);
    } catch (error) {
      // What could not be looked at is neither good nor bad; a bug must not end as a verdict.
      if (error instanceof CallError) return { verdict: 'error', sentence: error.message };
      throw error;
    }
  };
}

function lookThrough(gate: Gate, looking: Looking, ports: GatePorts, candidate: Candidate): Promise<Evaluated> {
  const { step, signal, since, ownRequests, met } = looking;
  switch (gate.kind) {
    case 'targets':
      return targetsGate(ports.loadBalancers, candidate, met);
    case 'alarms':
      return alarms(ports.alarms, gate.names);
    case 'http':
      return http(ports, gate, candidate.url, looking);
    case 'run':
      return run(ports.shell, gate, step, candidate, signal);
    case 'traffic':
      return trafficGate(ports.trafficCounts, candidate, {
        share: step.share,
        sticky: candidate.sticky,
        since,
        until: ports.clock.now(),
        ownRequests,
      });
    case 'metrics':
      return looking.ofMetrics(gate).then((look) => look(looking));
  }
}

async function alarms(port: Alarms, names: readonly string[]): Promise<Seen> {
  const states = await port.states(names);
  const missing = names.filter((name) => !states.has(name));
  if (missing.length > 0) return { verdict: 'error', sentence: `there is no alarm ${missing.join(', ')}` };
  const ringing = names.filter((name) => states.get(name) === 'ALARM');
  if (ringing.length > 0) return { verdict: 'fail', sentence: `${ringing.join(', ')} in ALARM` };
  const silent = names.filter((name) => states.get(name) === 'INSUFFICIENT_DATA');
  return {
    verdict: 'pass',
    sentence:
      silent.length === 0
        ? `${names.length} of ${names.length} OK`
        : `none in ALARM; no data yet for ${silent.join(', ')}`,
  };
}

async function http(
  { probe, clock }: GatePorts,
  gate: Extract<Gate, { readonly kind: 'http' }>,
  candidateUrl: string | undefined,
  { signal, ownRequests }: Looking,
): Promise<Seen> {
  const url = withCandidateUrl(gate.url, candidateUrl);
  let slowestMs = 0;
  for (let time = 1; time <= gate.times; time += 1) {
    const answer = await probe.get(url, gate.withinMs, signal);
    if (url !== gate.url) ownRequests.push(clock.now());
    const place = gate.times === 1 ? '' : ` (request ${time} of ${gate.times})`;
    if ('problem' in answer) return { verdict: 'fail', sentence: `${answer.problem}${place}` };
    if (answer.status !== gate.status)
      return { verdict: 'fail', sentence: `answered ${answer.status} instead of ${gate.status}${place}` };
    slowestMs = Math.max(slowestMs, answer.ms);
  }
  return {
    verdict: 'pass',
    sentence: `${gate.times} of ${gate.times} answered ${gate.status}, the slowest in ${Math.round(slowestMs)} ms`,
  };
}

async function run(
  shell: Shell,
  gate: { readonly command: string; readonly withinMs: number },
  step: Step,
  candidate: Candidate,
  signal: AbortSignal,
): Promise<Seen> {
  const environment = {
    ...candidate.environment,
    CANDIDATE_SHARE: String(step.share),
    ...(candidate.url === undefined ? {} : { CANDIDATE_URL: candidate.url }),
  };
  const code = await shell.run(gate.command, environment, gate.withinMs, signal);
  if (code === undefined)
    return { verdict: 'fail', sentence: `did not end within ${gate.withinMs / 1000} s and was stopped` };
  return code === 0 ? { verdict: 'pass', sentence: 'exit 0' } : { verdict: 'fail', sentence: `exit ${code}` };
}

/** `${CANDIDATE_URL}/healthz` becomes the test listener's address; preflight has made sure that there is one. */
function withCandidateUrl(url: string, address: string | undefined): string {
  return address === undefined ? url : url.replaceAll(candidateUrlText, address);
}
