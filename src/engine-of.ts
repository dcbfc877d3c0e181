import type { CodeDeploySettings } from './core/config.ts';
import type { ServiceFacts } from './core/service.ts';
import type { Engine, Ports } from './ports.ts';

/**
 * The engine that the service's deployment controller asks for. Loaded when it is needed: most jobs know only one.
 * `names`: where CodeDeploy has the service; undefined: it is found by the service itself.
 */
export async function engineOf(
  service: ServiceFacts,
  ports: Ports,
  names: CodeDeploySettings | undefined,
): Promise<Engine> {
  switch (service.deploymentController) {
    case 'ECS':
      return (await import('./engines/native/engine.ts')).native(ports);
    case 'EXTERNAL':
      return (await import('./engines/taskset/engine.ts')).taskset(ports);
    case 'CODE_DEPLOY':
      return (await import('./engines/codedeploy/engine.ts')).codedeploy(ports, names);
  }
}
