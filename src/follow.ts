/** What is left to do after the job's main step is gone: a cancelled rollback is followed to its end. */
import { turnBackToTheEnd, type Watch } from './conduct.ts';
import type { RolloutConfig } from './core/config.ts';
import type { End } from './core/observation.ts';
import type { Outcome } from './core/outcome.ts';
import { planOf } from './core/plan-of.ts';
import type { Result } from './core/result.ts';
import { describeUnderway } from './core/underway.ts';
import { findService } from './find-service.ts';
import type { Ports } from './ports.ts';

/** What the main step has kept: the rollout that it looked after. */
export interface Kept {
  readonly cluster: string;
  readonly service: string;
  /** As Rollout.id. */
  readonly id: string;
}

/**
 * The main step was killed before the rollout had ended: with on-cancel rollback it goes back, and this follows it.
 * Undefined when there is nothing to do.
 */
export async function follow(
  kept: Kept,
  config: RolloutConfig,
  watch: Watch,
  ports: Ports,
): Promise<Outcome | undefined> {
  const { log, clock } = ports;
  const { service, engine, underway } = await findService({ ...kept, codedeploy: config.codedeploy }, ports);
  if (underway === undefined || underway.id !== kept.id) {
    log.info(`${kept.service}: the rollout ${kept.id} has ended`);
    // Whoever has brought it to its end: the reports say how it stands now.
    const last = await engine.last(service).catch(() => undefined);
    if (last?.id === kept.id) watch.progress(standing(last.end));
    return undefined;
  }
  log.info(`${kept.service}: ${describeUnderway(underway, clock.now())}`);
  if (config.onCancel === 'leave' && underway.look.movement !== 'turning-back') {
    watch.progress({ traffic: underway.look.share });
    return undefined;
  }
  const plan = planOf(config, [100], {});
  const reason = 'the job was cancelled, or ended before the rollout did';
  return turnBackToTheEnd({ engine, service, underway, plan, reason }, watch, ports);
}

function standing({ kind, reason }: End): Partial<Result> {
  const outcome: Outcome = { status: kind === 'rollback-failed' ? 'failed' : kind, reason };
  if (kind === 'succeeded') return { outcome, traffic: 100 };
  return kind === 'rolled-back' ? { outcome, traffic: 0 } : { outcome };
}
