/** A service with the engine that moves its traffic, and what is under way. */
import type { CodeDeploySettings } from './core/config.ts';
import { FaultsFound } from './core/errors.ts';
import type { ServiceFacts } from './core/service.ts';
import { engineOf } from './engine-of.ts';
import type { Engine, Ports, Underway } from './ports.ts';

export interface FoundService {
  readonly service: ServiceFacts;
  readonly engine: Engine;
  /** Undefined: nothing is. */
  readonly underway: Underway | undefined;
}

interface Place {
  readonly cluster: string;
  readonly service: string;
  /** As the user names them, for this service. */
  readonly codedeploy?: CodeDeploySettings;
}

/** Rejects with FaultsFound when there is no such service. */
export async function findService(place: Place, ports: Ports): Promise<FoundService> {
  const service = await describeService(place, ports);
  const engine = await engineOf(service, ports, place.codedeploy);
  const underway = await engine.underway(service);
  // In the middle of something when it was described, and over when we asked: what it said to serve may have been taken back since.
  const wasMixed = service.currentServiceRevisions.length > 1 || (service.taskSets ?? []).length > 1;
  const now = underway === undefined && wasMixed ? await describeService(place, ports) : service;
  return { service: now, engine, underway };
}

/** Rejects with FaultsFound when there is no such service. */
export async function describeService(place: Place, { services }: Ports): Promise<ServiceFacts> {
  const service = await services.describe(place.cluster, place.service);
  if (service !== undefined) return service;
  throw new FaultsFound([
    {
      subject: 'service',
      problem: `there is no service ${place.service} in cluster ${place.cluster}`,
      fix: 'check both names and the region (AWS_REGION); the first deployment of a new service is made by CreateService',
    },
  ]);
}
