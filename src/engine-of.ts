import type { ServiceFacts } from './core/service.ts';
import type { Engine, Ports } from './ports.ts';

/** The engine that the service's deployment controller asks for. Loaded when it is needed: most jobs know only one. */
export async function engineOf(service: ServiceFacts, ports: Ports): Promise<Engine> {
  switch (service.deploymentController) {
    case 'ECS':
      return (await import('./engines/native/engine.ts')).native(ports);
    case 'EXTERNAL':
      return (await import('./engines/taskset/engine.ts')).taskset(ports);
    case 'CODE_DEPLOY':
      return (await import('./engines/codedeploy/engine.ts')).codedeploy(ports);
  }
}
