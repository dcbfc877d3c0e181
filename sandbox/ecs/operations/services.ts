/** CreateService, UpdateService, DescribeServices, ListServices, DeleteService. */

import { isDeepStrictEqual } from 'node:util';
import type {
  CreateServiceRequest,
  DeleteServiceRequest,
  DescribeServicesRequest,
  ListServicesRequest,
  Service as ServiceView,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { Handler } from '../../wire/service.ts';
import { newRevision, startDeployment } from '../deployments/start.ts';
import { interrupt } from '../deployments/story.ts';
import { client, invalid, serviceNotActive, unsupported } from '../exceptions.ts';
import type { Revision, Service } from '../model.ts';
import { ecsArn, lastPart } from '../names.ts';
import { page } from '../paging.ts';
import { findCluster, findService, lookUpService } from '../store.ts';
import { drainTaskSet } from '../task-sets/create.ts';
import { checkCreate, firstTaskSet, managesTaskSets, plain, updateTaskSetService } from '../task-sets/service.ts';
import { checkDeploymentConfiguration, checkSwitch } from '../validate/deployment-configuration.ts';
import { checkLoadBalancers } from '../validate/load-balancers.ts';
import { checkTags } from '../validate/tags.ts';
import { serviceView } from '../views/service.ts';
import { ongoing, type World } from '../world.ts';
import { defaulted, merged } from './deployment-configuration.ts';
import {
  checkNetwork,
  nextSettings,
  serviceKept,
  strategyOf,
  usableTaskDefinition,
  usualLaunchType,
} from './service-settings.ts';

export function serviceOperations(world: World): Readonly<Record<string, Handler>> {
  const { store } = world;
  return {
    CreateService(input: CreateServiceRequest) {
      const service = create(world, input);
      return { service: answered(world, service) };
    },

    UpdateService(input: UpdateServiceRequest) {
      const service = findService(store, findCluster(store, input.cluster), input.service ?? '');
      if (service.status !== 'ACTIVE') throw serviceNotActive();
      checkSameController(service, input);
      if (managesTaskSets(service.deploymentController.type ?? 'ECS')) updateTaskSetService(world, service, input);
      else update(world, service, input);
      return { service: answered(world, service) };
    },

    DescribeServices(input: DescribeServicesRequest) {
      const cluster = findCluster(store, input.cluster);
      const references = input.services ?? [];
      if (references.length === 0) throw invalid('Services cannot be empty.');
      if (references.length > 10) throw invalid('Services cannot contain more than 10 items.');
      const services: ServiceView[] = [];
      const failures: { arn: string; reason: string }[] = [];
      for (const reference of references) {
        const service = lookUpService(store, cluster, reference);
        if (service === undefined) {
          const arn = ecsArn(world.place, `service/${cluster.name}/${lastPart(reference)}`);
          failures.push({ arn, reason: 'MISSING' });
        } else services.push(read(world, service, input.include?.includes('TAGS') === true));
      }
      return { services, failures };
    },

    ListServices(input: ListServicesRequest) {
      const cluster = findCluster(store, input.cluster);
      const arns = [...store.services.values()]
        .filter((service) => service.cluster === cluster && service.status === 'ACTIVE')
        .filter((service) => input.launchType === undefined || launchTypeOf(service) === input.launchType)
        .map(({ arn }) => arn);
      const { items, nextToken } = page(arns, input, 10);
      return { serviceArns: items, nextToken };
    },

    DeleteService(input: DeleteServiceRequest) {
      const service = findService(store, findCluster(store, input.cluster), input.service ?? '');
      if (service.status !== 'ACTIVE') throw serviceNotActive();
      if (service.desiredCount > 0 && input.force !== true) {
        throw invalid('The service cannot be stopped while the primary deployment is scaled above 0.');
      }
      const under = ongoing(service);
      if (under !== undefined) interrupt(world, under, { kind: 'superseded' });
      service.rolling = undefined;
      service.desiredCount = 0;
      service.status = 'DRAINING';
      for (const revision of service.revisions) revision.scale = 'none';
      for (const set of service.taskSets) drainTaskSet(world, service, set);
      world.changed();
      return { service: serviceView(world, service) };
    },
  };
}

function create(world: World, input: CreateServiceRequest): Service {
  const { store, place } = world;
  const cluster = findCluster(store, input.cluster);
  const name = input.serviceName ?? '';
  if (!/^[\w-]{1,255}$/.test(name)) throw invalid('Invalid service name.');
  const known = lookUpService(store, cluster, name);
  if (known?.status === 'ACTIVE') throw invalid('Creation of service was not idempotent.');
  if (known?.status === 'DRAINING') throw invalid('Unable to Start a service that is still Draining.');
  const desiredCount = input.desiredCount ?? 0;
  if (desiredCount < 0) throw invalid('desiredCount must not be negative.');
  checkTags(input.tags);

  const controller = input.deploymentController?.type ?? 'ECS';
  const deploymentConfiguration = defaulted(input.deploymentConfiguration ?? {});
  const service: Service = {
    name,
    arn: ecsArn(place, `service/${cluster.name}/${name}`),
    cluster,
    createdAt: world.clock.now(),
    createdBy: `arn:aws:iam::${place.account}:root`,
    deploymentController: { type: controller },
    status: 'ACTIVE',
    desiredCount,
    deploymentConfiguration: managesTaskSets(controller) ? plain(deploymentConfiguration) : deploymentConfiguration,
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
    kept: {
      placementConstraints: [],
      placementStrategy: [],
      schedulingStrategy: 'REPLICA',
      enableECSManagedTags: false,
      enableExecuteCommand: false,
      propagateTags: 'NONE',
      availabilityZoneRebalancing: 'ENABLED',
      ...serviceKept(input),
    },
    revisions: [],
    primary: undefined,
    taskSets: [],
    steady: undefined,
    deployments: [],
    events: [],
    rolling: undefined,
    settled: false,
    stale: undefined,
  };
  // Whatever is wrong is refused before the service is there.
  const revision = managesTaskSets(controller) ? undefined : firstRevision(world, service, input);
  if (managesTaskSets(controller)) {
    checkCreate(controller, input);
    firstTaskSet(world, service, input);
  }
  if (known !== undefined) store.services.delete(known.arn);
  store.services.set(service.arn, service);
  if (input.tags !== undefined) store.tags.set(service.arn, input.tags);
  if (revision !== undefined) startDeployment(world, service, revision);
  return service;
}

function firstRevision(world: World, service: Service, input: CreateServiceRequest): Revision {
  if (input.taskDefinition === undefined) throw client('TaskDefinition cannot be null or empty.');
  const taskDefinition = usableTaskDefinition(world, input.taskDefinition);
  checkDeploymentConfiguration(service.deploymentConfiguration);
  const launchType = input.launchType ?? usualLaunchType(taskDefinition);
  const base = nextSettings(input, undefined);
  const settings =
    input.capacityProviderStrategy === undefined ? { ...base, kept: { ...base.kept, launchType } } : base;
  checkNetwork(taskDefinition, settings);
  const strategy = strategyOf(service.deploymentConfiguration);
  checkLoadBalancers(world.loadBalancing, settings.loadBalancers, strategy, taskDefinition);
  return newRevision(world, service, taskDefinition, settings, strategy, undefined);
}

/** A service keeps its controller here. AWS changes some in place (API_UpdateService, deploymentController). */
function checkSameController({ deploymentController }: Service, input: UpdateServiceRequest): void {
  const wanted = input.deploymentController?.type;
  if (wanted === undefined || wanted === deploymentController.type) return;
  throw unsupported(`The deployment controller cannot be changed from ${deploymentController.type} to ${wanted}.`);
}

/** EC2 until there is something that says otherwise, as ECS has it for a service without task sets. */
const launchTypeOf = ({ primary }: Service): unknown =>
  primary === undefined ? 'EC2' : primary.settings.kept['launchType'];

function update(world: World, service: Service, input: UpdateServiceRequest): void {
  const { primary } = service;
  if (primary === undefined) throw new Error(`service ${service.name} has no revision`);
  const taskDefinition =
    input.taskDefinition === undefined ? primary.taskDefinition : usableTaskDefinition(world, input.taskDefinition);
  const configuration = merged(service.deploymentConfiguration, input.deploymentConfiguration);
  if (input.deploymentConfiguration !== undefined) checkDeploymentConfiguration(configuration);
  checkSwitch(service.deploymentConfiguration, configuration, ongoing(service) !== undefined);
  const settings = nextSettings(input, primary.settings);
  checkNetwork(taskDefinition, settings);
  const strategy = strategyOf(configuration);
  checkLoadBalancers(world.loadBalancing, settings.loadBalancers, strategy, taskDefinition);
  if (input.desiredCount !== undefined && input.desiredCount < 0) throw invalid('desiredCount must not be negative.');

  const before = serviceView(world, service);
  service.deploymentConfiguration = configuration;
  service.desiredCount = input.desiredCount ?? service.desiredCount;
  service.healthCheckGracePeriodSeconds = input.healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds;
  service.kept = { ...service.kept, ...serviceKept(input) };
  // API_UpdateService: only a changed revision, or force, starts a deployment.
  const differs =
    taskDefinition.taskDefinitionArn !== primary.taskDefinition.taskDefinitionArn ||
    !isDeepStrictEqual(settings, primary.settings);
  if (differs || input.forceNewDeployment === true) {
    const source = service.steady ?? primary;
    const deployment = startDeployment(
      world,
      service,
      newRevision(world, service, taskDefinition, settings, strategy, source),
    );
    service.stale = { until: deployment.visibleAt, view: before };
  }
  service.settled = false;
  world.changed();
}

function read(world: World, service: Service, withTags: boolean): ServiceView {
  const { stale } = service;
  const tags = withTags ? (world.store.tags.get(service.arn) ?? []) : undefined;
  if (stale !== undefined && world.clock.now().getTime() < stale.until) {
    return { ...(stale.view as ServiceView), ...(tags === undefined ? {} : { tags: [...tags] }) };
  }
  return serviceView(world, service, tags);
}

/** The write's own answer always knows what it did, unless told otherwise. */
function answered(world: World, service: Service): ServiceView {
  const view = serviceView(world, service, world.store.tags.get(service.arn));
  return world.options.hideDeploymentInAnswer ? { ...view, currentServiceDeployment: undefined } : view;
}
