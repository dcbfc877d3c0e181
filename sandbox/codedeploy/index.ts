import * as schemas from '@aws-sdk/client-codedeploy';
import type { AwsService } from '../wire/service.ts';
import { missing } from './exceptions.ts';
import type { Store } from './model.ts';
import { applicationOperations } from './operations/applications.ts';
import { configOperations, predefinedConfigs } from './operations/deployment-configs.ts';
import { groupOperations } from './operations/deployment-groups.ts';
import { deploymentOperations } from './operations/deployments.ts';
import { listOperations } from './operations/lists.ts';
import { type CodeDeployDeps, type CodeDeployOptions, createWorld } from './world.ts';

export type { CodeDeployDeps, CodeDeployOptions } from './world.ts';

export interface CodeDeploy {
  readonly service: AwsService;
  /** Faults on order. */
  readonly options: CodeDeployOptions;
  /** Deployments under way stay where they are. */
  close(): void;
}

/** AWS CodeDeploy for the ECS compute platform: it moves the traffic between two task sets of a service. */
export function createCodeDeploy(deps: CodeDeployDeps): CodeDeploy {
  const store: Store = {
    applications: new Map(),
    configs: predefinedConfigs(deps.clock.now()),
    deployments: new Map(),
  };
  const world = createWorld(deps, store);
  return {
    service: {
      name: 'codedeploy',
      protocol: 'json-1.1',
      target: 'CodeDeploy_20141006',
      schemas,
      operations: {
        ...applicationOperations(world),
        ...configOperations(world),
        ...groupOperations(world),
        ...deploymentOperations(world),
        ...listOperations(world),
      },
      missing,
    },
    options: world.options,
    close: world.close,
  };
}
