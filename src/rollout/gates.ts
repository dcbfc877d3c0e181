/** Looks through the gates: one function a kind, each giving a verdict and a sentence. */
import { CallError } from '../core/errors.ts';
import type { Gate, Verdict } from '../core/gate.ts';
import { candidateUrl as candidateUrlText } from '../core/gate-list.ts';
import type { Step } from '../core/plan.ts';
import type { Alarms, LoadBalancers, Probe, Shell } from '../ports.ts';
import type { EvaluateGate } from './world.ts';

export interface Candidate {
  /** The target groups that candidate's revision really uses. Rejects with CallError. */
  readonly targetGroupArns: () => Promise<readonly string[]>;
  readonly desiredCount: number;
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
}

interface Seen {
  readonly verdict: Verdict;
  readonly sentence: string;
}

export function gateEvaluator(ports: GatePorts, candidate: Candidate): EvaluateGate {
  return async (gate, step, signal) => {
    try {
      return await lookThrough(gate, step, ports, candidate, signal);
    } catch (error) {
      // What could not be looked at is neither good nor bad; a bug must not end as a verdict.
      if (error instanceof CallError) return { verdict: 'error', sentence: error.message };
      throw error;
    }
  };
}

function lookThrough(
  gate: Gate,
  step: Step,
  ports: GatePorts,
  candidate: Candidate,
  signal: AbortSignal,
): Promise<Seen> {
  switch (gate.kind) {
    case 'targets':
      return targets(ports.loadBalancers, candidate);
    case 'alarms':
      return alarms(ports.alarms, gate.names);
    case 'http':
      return http(ports.probe, { ...gate, url: withCandidateUrl(gate.url, candidate.url) }, signal);
    case 'run':
      return run(ports.shell, gate, step, candidate, signal);
  }
}

/** Draining targets are on their way out and do not count; a target that ECS is still registering is worth waiting for. */
async function targets(loadBalancers: LoadBalancers, candidate: Candidate): Promise<Seen> {
  const groups = await candidate.targetGroupArns();
  const all = (await Promise.all(groups.map((arn) => loadBalancers.targets(arn)))).flat();
  const counted = all.filter((target) => target.state !== 'draining');
  const healthy = counted.filter((target) => target.state === 'healthy').length;
  const sick = counted.find((target) => target.state === 'unhealthy');
  const wanted = candidate.desiredCount * groups.length;
  const sentence = `${healthy} of ${Math.max(wanted, counted.length)} targets healthy`;
  if (sick !== undefined) {
    const port = sick.port === undefined ? '' : `:${sick.port}`;
    const why = [sick.reason, sick.description].filter((text) => text !== undefined).join(': ');
    return { verdict: 'fail', sentence: `${sentence}; ${sick.id}${port} is unhealthy${why === '' ? '' : ` (${why})`}` };
  }
  return { verdict: healthy >= wanted && healthy === counted.length && healthy > 0 ? 'pass' : 'hold', sentence };
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
  probe: Probe,
  gate: { readonly url: string; readonly status: number; readonly withinMs: number; readonly times: number },
  signal: AbortSignal,
): Promise<Seen> {
  let slowestMs = 0;
  for (let time = 1; time <= gate.times; time += 1) {
    const answer = await probe.get(gate.url, gate.withinMs, signal);
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
