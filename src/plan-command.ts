/** What a deployment with the same inputs would do, told where people look before a merge. Nothing is changed in AWS. */
import type { Config } from './core/config.ts';
import type { Outcome } from './core/outcome.ts';
import type { DeployJob } from './deploy.ts';
import { lookAround } from './look-around.ts';
import type { Ports } from './ports.ts';

export async function plan(config: Config, job: DeployJob, ports: Ports): Promise<Outcome> {
  const around = await lookAround(config, job, ports);
  job.progress({ previousTaskDefinitionArn: around.servingArn });
  return { status: 'planned', reason: around.survey.manner };
}
