/** The engine of services with deployment controller CODE_DEPLOY: CodeDeploy moves the traffic by its timetable, we answer its waits. */
import { primaryOf } from '../../core/codedeploy-appspec.ts';
import type { CodeDeploySettings } from '../../core/config.ts';
import type { ServiceFacts } from '../../core/service.ts';
import type { Engine } from '../../ports.ts';
import { type CodeDeployPorts, type Place, placeOf } from './place.ts';
import { survey } from './survey.ts';
import { last, previous, underway } from './underway.ts';
import { restoreWaits } from './waits.ts';

type Names = Pick<CodeDeploySettings, 'application' | 'deploymentGroup'>;

/**
 * `names`: the application and the group as the user names them. What is not named is found by the service's task sets, and is
 * otherwise as the console of ECS names it. A survey's own names count from then on.
 */
export function codedeploy(ports: CodeDeployPorts, names?: Names): Engine {
  let asNamed = names;
  let known: { readonly serviceArn: string; readonly place: Place } | undefined;
  const place = async (service: ServiceFacts): Promise<Place> => {
    if (known?.serviceArn !== service.serviceArn) {
      known = { serviceArn: service.serviceArn, place: await placeOf(ports, service, asNamed) };
    }
    return known.place;
  };
  const serving = async (service: ServiceFacts) => primaryOf(service)?.taskDefinition ?? service.taskDefinition;

  return {
    name: 'codedeploy',
    ownGates: [],
    serving,
    underway: async (service) => underway(ports, await place(service), service),
    last: async (service) => last(ports, await place(service), service),
    previous: async (service) => previous(ports, await place(service), await serving(service)),
    async survey(service, wanted) {
      const { application, deploymentGroup } = wanted.config.codedeploy;
      if (application !== asNamed?.application || deploymentGroup !== asNamed?.deploymentGroup) {
        asNamed = wanted.config.codedeploy;
        known = undefined;
      }
      return survey(ports, await place(service), service, wanted);
    },
    tidy: async (service) => restoreWaits(ports, await place(service), service),
  };
}
