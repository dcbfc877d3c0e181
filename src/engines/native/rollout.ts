/** One service deployment of ECS as a rollout. */
import type { NativeStrategy } from '../../core/native-ladder.ts';
import { configuredStrategy } from '../../core/native-ladder.ts';
import type { Plan } from '../../core/plan.ts';
import type { ServiceDeploymentFacts, ServiceFacts } from '../../core/service.ts';
import type { Rollout } from '../../ports.ts';
import { tidyUp } from './leftovers.ts';
import { describeDeployment, type Followed, type NativePorts, stableRevision } from './native-ports.ts';
import { leaveNote, type Note, noteOf } from './note.ts';
import { followRolling } from './rolling.ts';
import { followShift } from './shift.ts';

export interface Subject {
  readonly service: ServiceFacts;
  readonly deployment: ServiceDeploymentFacts;
  readonly taskDefinitionArn: string | undefined;
  readonly isRolling: boolean;
  /** What was left on the service about this very deployment. */
  readonly note: Note | undefined;
}

/** How ECS carries this deployment out; it says so, and where it does not, the service and the stages tell. */
export function isRollingDeployment(service: ServiceFacts, deployment: ServiceDeploymentFacts): boolean {
  const strategy: NativeStrategy | string = deployment.strategy ?? configuredStrategy(service.deploymentConfiguration);
  return strategy === 'ROLLING' && deployment.lifecycleStage === undefined;
}

export function follow(ports: NativePorts, subject: Subject): Followed {
  const { service, deployment, note } = subject;
  const { serviceDeploymentArn: deploymentArn } = deployment;
  if (!subject.isRolling) return followShift(ports, service, deploymentArn);
  return followRolling(ports, {
    service,
    deploymentArn,
    taskDefinitionArn: subject.taskDefinitionArn,
    isWayBack: note?.isWayBack === true,
    async markWayBack(stableArn) {
      if (note === undefined) return;
      const before = { ...deployment, startedAt: undefined, targetServiceRevisionArn: undefined };
      await leaveNote(ports, service, noteOf(note.memo, stableArn, before, true));
    },
  });
}

export function rolloutOf(ports: NativePorts, subject: Subject, followed: Followed, plan: Plan): Rollout {
  const { service, deployment } = subject;
  const { deployments } = ports;
  let { note } = subject;
  const groupsOf = async (revisionArn: string | undefined): Promise<readonly string[]> =>
    (revisionArn === undefined ? undefined : await deployments.revision(revisionArn))?.targetGroupArns ?? [];
  const described = async (): Promise<ServiceDeploymentFacts> =>
    deployment.target === undefined ? describeDeployment(ports, deployment.serviceDeploymentArn) : deployment;
  const stable = once(async () => {
    const arn = await stableRevision(ports, service, await described());
    return arn === undefined ? undefined : deployments.revision(arn);
  });

  return {
    id: deployment.serviceDeploymentArn,
    candidate: {
      taskDefinitionArn: subject.taskDefinitionArn ?? '',
      // By ECS's clock, as the deaths of tasks are: those of an earlier try with the same revision are not this candidate's.
      since: deployment.createdAt,
      targetGroupArns: once(async () => groupsOf((await described()).target?.arn)),
      stableTargetGroupArns: async () => (await stable())?.targetGroupArns ?? [],
      stableTaskDefinitionArn: async () => (await stable())?.taskDefinition || undefined,
      mixed: subject.isRolling,
    },
    look: () => followed.look(),
    advance: (pauseId, to) => followed.advance(pauseId, to),
    turnBack: (pauseId) => followed.turnBack(pauseId),
    async keepUntil(until) {
      // The pause's own timeout cannot be changed any more; what can be said is that somebody is there.
      if (note === undefined) return;
      note = { ...note, memo: { ...note.memo, until } };
      await leaveNote(ports, service, note);
    },
    async tidy() {
      await tidyUp(ports, service, plan.steps.at(-1)?.holdMs);
    },
  };
}

/** Asks once; a question that failed is asked again. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}
