/** What serves and what is under way, of one service or of all of a cluster; with `fix`, what dead jobs left is put in order. */
import { conduct, turnBackToTheEnd, type Watch } from './conduct.ts';
import { shortArn } from './core/arn.ts';
import type { Request } from './core/config.ts';
import { CallError, FaultsFound } from './core/errors.ts';
import { withOwn } from './core/gate.ts';
import type { Outcome } from './core/outcome.ts';
import type { Plan } from './core/plan.ts';
import { planOf } from './core/plan-of.ts';
import type { ServiceFacts } from './core/service.ts';
import { describeUnderway } from './core/underway.ts';
import { findService } from './find-service.ts';
import { tidyUp } from './leftovers.ts';
import type { Engine, Ports, Underway } from './ports.ts';

type StatusRequest = Extract<Request, { readonly command: 'status' }>;

/** One line a service in the log; the outcome tells how many there are and what was put in order. */
export async function status(request: StatusRequest, watch: Watch, ports: Ports): Promise<Outcome> {
  const { cluster } = request;
  const names = request.service === undefined ? await ports.services.names(cluster) : [request.service];
  const told: Told[] = [];
  // One after the other: a cluster has up to thousands, and ECS throttles by the second.
  for (const name of names) {
    if (!watch.cancelled.aborted) told.push(await tellOne(name, request, watch, ports));
    if (watch.cancelled.aborted) return { status: 'cancelled', reason: 'the workflow was cancelled' };
  }
  const lines = told.flatMap(({ fixed }) => fixed);
  const count = told.length === 1 ? '1 service' : `${told.length} services`;
  const running = told.filter(({ isUnderway }) => isUnderway).length;
  const blind = told.filter(({ problem }) => problem !== undefined);
  const reason = [
    `${count}, ${running} with a rollout under way`,
    ...(lines.length > 0 ? [`put in order: ${lines.join('; ')}`] : []),
    ...blind.map(({ name, problem }) => `${name}: ${problem}`),
  ].join('; ');
  if (blind.length > 0) return { status: 'could-not-look', reason };
  return { status: lines.length > 0 ? 'succeeded' : 'unchanged', reason };
}

interface Told {
  readonly name: string;
  readonly isUnderway: boolean;
  /** What was put in order, a sentence each. */
  readonly fixed: readonly string[];
  readonly problem: string | undefined;
}

/** A service that cannot be looked at does not hide the others. */
async function tellOne(name: string, request: StatusRequest, watch: Watch, ports: Ports): Promise<Told> {
  const { log, clock } = ports;
  try {
    // The names of one application cannot be those of every service of a cluster.
    const names = request.service === undefined ? {} : { codedeploy: request.config.codedeploy };
    const { service, engine, underway } = await findService(
      { cluster: request.cluster, service: name, ...names },
      ports,
    );
    if (underway === undefined) {
      log.info(`${name}: ${await whatServes(engine, service)}`);
      return {
        name,
        isUnderway: false,
        fixed: request.fix ? await tidyUp(engine, service, ports) : [],
        problem: undefined,
      };
    }
    log.info(`${name}: ${describeUnderway(underway, clock.now())}`);
    const isAbandoned = underway.abandonedAt !== undefined && underway.abandonedAt <= clock.now();
    if (request.fix && !isAbandoned && waitsForAPerson(underway)) {
      return await lookIn(name, { engine, service, underway }, request, watch, ports);
    }
    if (!request.fix || !isAbandoned) {
      if (isAbandoned)
        log.warning(
          `${name}: nobody looks after this rollout since ${new Date(underway.abandonedAt).toISOString()}; command: rollback turns it back, command: promote goes on`,
        );
      return { name, isUnderway: true, fixed: [], problem: undefined };
    }
    const plan = planOf(request.config, [100], {});
    const reason = `nobody looked after it since ${new Date(underway.abandonedAt).toISOString()}`;
    const ended = await turnBackToTheEnd({ engine, service, underway, plan, reason }, watch, ports);
    const sentence = `${name} is ${ended.status}: ${ended.reason}`;
    return ended.status === 'rolled-back'
      ? { name, isUnderway: false, fixed: [sentence], problem: undefined }
      : { name, isUnderway: true, fixed: [], problem: sentence };
  } catch (error) {
    // One that was listed and is gone by now is no fault of the user's, and neither hides the others.
    const isListed = request.service === undefined && error instanceof FaultsFound;
    if (!(error instanceof CallError || isListed)) throw error;
    log.warning(`${name}: could not look: ${error.message}`);
    return { name, isUnderway: false, fixed: [], problem: error.message };
  }
}

/** A gate that has not made up its mind by then leaves everything as it is. */
const VISIT_MS = 30_000;

function waitsForAPerson({ memo, look }: Underway): boolean {
  return memo !== undefined && memo.approval !== 'none' && look.movement === 'waiting' && look.share < 100;
}

/** While a person takes his time, nobody else looks through the gates: a breach turns back, everything else is left as it is. */
async function lookIn(
  name: string,
  found: { readonly engine: Engine; readonly service: ServiceFacts; readonly underway: Underway },
  { config }: StatusRequest,
  watch: Watch,
  ports: Ports,
): Promise<Told> {
  const { engine, service, underway } = found;
  const gates = withOwn(config.gates, engine.ownGates);
  const plan: Plan = {
    ...planOf(config, [100], { gates }),
    steps: [{ share: underway.look.share, holdMs: 0, approval: true }],
    // Long enough for a gate that has to fail more than once.
    holdLimitMs: VISIT_MS,
    onInconclusive: 'wait',
    // Whoever ends the visit does not end the rollout.
    onCancel: 'leave',
    waitForApprovalMs: 0,
  };
  const rollout = underway.rollout(plan);
  const { candidateUrl } = underway;
  const conducted = { engine, service, rollout, plan, candidateUrl, sticky: false, image: undefined } as const;
  const ended = await conduct({ ...conducted, isVisit: true }, watch, ports);
  const sentence = `${name} is ${ended.status}: ${ended.reason}`;
  switch (ended.status) {
    case 'awaiting-promotion':
      return { name, isUnderway: true, fixed: [], problem: undefined };
    case 'rolled-back':
      return { name, isUnderway: false, fixed: [sentence], problem: undefined };
    default:
      return { name, isUnderway: ended.status !== 'succeeded', fixed: [], problem: sentence };
  }
}

async function whatServes(engine: Engine, service: Parameters<Engine['serving']>[0]): Promise<string> {
  const [serving, last] = await Promise.all([engine.serving(service), engine.last(service)]);
  const counts = `${service.runningCount}/${service.desiredCount} running`;
  const how = last === undefined ? '' : `, last rollout ${last.end.kind}: ${last.end.reason}`;
  return `${shortArn(serving)} serves, ${counts}, no rollout under way${how}`;
}
