/** What ended rollouts have left on the service because their runner died. */
import { CallError } from './core/errors.ts';
import type { ServiceFacts } from './core/service.ts';
import type { Engine, Ports } from './ports.ts';

/** Takes it away; a sentence for each thing. Only while no rollout is under way. Rejects with CallError. */
export async function tidyUp(engine: Engine, service: ServiceFacts, ports: Ports): Promise<readonly string[]> {
  const done = await engine.tidy(service);
  for (const line of done) ports.log.info(`${service.serviceName}: ${line}`);
  return done.map((line) => `${service.serviceName}: ${line}`);
}

/**
 * The same for a job that has found nothing to do: whoever comes next, with whatever tool, must not wait at a pause that nobody
 * answers. What cannot be taken away is a warning, for the job's own answer does not depend on it.
 */
export async function tidyUpBeside(engine: Engine, service: ServiceFacts, ports: Ports): Promise<void> {
  try {
    await tidyUp(engine, service, ports);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    ports.log.warning(`could not take away what an ended rollout has left on ${service.serviceName}: ${error.message}`);
  }
}
