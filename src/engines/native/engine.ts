/** The engine of services with deployment controller ECS: ECS moves the traffic, we answer its pauses. */
import type { Engine, Underway } from '../../ports.ts';
import { lastEnded, previousTaskDefinition, underwaySubject } from './history.ts';
import { tidyUp } from './leftovers.ts';
import { type NativePorts, taskDefinitionOf } from './native-ports.ts';
import { follow, rolloutOf } from './rollout.ts';
import { candidateUrl, survey } from './survey.ts';

export type { NativePorts } from './native-ports.ts';

export function native(ports: NativePorts): Engine {
  const engine: Engine = {
    name: 'native',
    ownGates: [],

    /** What the service names and what runs differ after a deployment that failed: the truth is in the revision. */
    async serving(service) {
      return (await taskDefinitionOf(ports, service.currentServiceRevisions[0])) ?? service.taskDefinition;
    },

    async underway(service): Promise<Underway | undefined> {
      const subject = await underwaySubject(ports, service);
      if (subject === undefined) return undefined;
      const followed = follow(ports, subject);
      const [look, url] = await Promise.all([
        followed.look(),
        subject.isRolling ? undefined : candidateUrl(ports, service),
      ]);
      return {
        id: subject.deployment.serviceDeploymentArn,
        taskDefinitionArn: subject.taskDefinitionArn,
        startedAt: subject.deployment.createdAt,
        memo: subject.note?.memo,
        look,
        candidateUrl: url,
        rollout: (plan) => rolloutOf(ports, subject, followed, plan),
      };
    },

    async last(service) {
      // Held at 100 % by another run that has not ended: it is not over for us.
      const subject = await underwaySubject(ports, service);
      return subject === undefined ? lastEnded(ports, service) : undefined;
    },

    async previous(service) {
      return previousTaskDefinition(ports, service, await engine.serving(service));
    },

    survey: (service, wanted) => survey(ports, service, wanted),

    tidy: (service) => tidyUp(ports, service, undefined),
  };
  return engine;
}
