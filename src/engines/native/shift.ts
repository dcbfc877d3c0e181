/** Following a deployment that ECS shifts from one target group to the other: BLUE_GREEN, CANARY and LINEAR are the same here. */
import { CallError } from '../../core/errors.ts';
import type { ServiceFacts } from '../../core/service.ts';
import { lookAt } from './look.ts';
import { describeDeployment, type Followed, type NativePorts, withSuperseder } from './native-ports.ts';
import { ownersPauseStages } from './pause.ts';

export function followShift(ports: NativePorts, service: ServiceFacts, deploymentArn: string): Followed {
  const { deployments } = ports;
  const ownersStages = ownersPauseStages(service.deploymentConfiguration);
  return {
    async look() {
      const deployment = await describeDeployment(ports, deploymentArn);
      return withSuperseder(lookAt(deployment, ownersStages), deployment, ports, service);
    },

    // ECS goes to its own next share: the reducer answers pauses at shares that are no step of the plan at once.
    advance: (pauseId) => deployments.answer(deploymentArn, pauseId, 'CONTINUE'),

    async turnBack(pauseId) {
      if (pauseId === undefined) return deployments.stop(deploymentArn);
      try {
        await deployments.answer(deploymentArn, pauseId, 'ROLLBACK');
      } catch (error) {
        if (!(error instanceof CallError) || error.isPassing || error.failure === 'credentials') throw error;
        // Not allowed to answer, perhaps allowed to stop: traffic first, permissions later.
        await deployments.stop(deploymentArn);
      }
    },
  };
}
