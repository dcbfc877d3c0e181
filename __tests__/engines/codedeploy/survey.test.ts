/** What stands against a rollout, said before anything is changed. */
import { describe, expect, test } from '@jest/globals';
import type { RolloutConfig } from '../../../src/core/config.ts';
import type { Fault } from '../../../src/core/errors.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { codedeploy } from '../../../src/engines/codedeploy/engine.ts';
import type { Survey } from '../../../src/ports.ts';
import { createFakeClock } from '../../fakes/clock.ts';
import { createFakeCodeDeploy, type FakeCodeDeployOptions } from '../../fakes/code-deploy.ts';
import { configFor, definition, MINUTE } from './_story.ts';

interface Case {
  readonly config?: Partial<RolloutConfig>;
  readonly fake?: FakeCodeDeployOptions;
  readonly taskDefinition?: JsonObject;
}

async function surveyOf({ config, fake: options, taskDefinition = definition }: Case): Promise<Survey> {
  const clock = createFakeClock();
  const fake = createFakeCodeDeploy(clock, options);
  const survey = await codedeploy({ ...fake, clock }).survey(fake.service, {
    config: configFor(config),
    taskDefinition,
  });
  const changing = fake.calls.filter((call) => !/^(Get|Describe|List)/.test(call));
  expect(changing).toEqual([]);
  return survey;
}

const names = { application: undefined, deploymentGroup: undefined, deploymentConfig: undefined };

describe('a service and its deployment group that are as they should be', () => {
  test('have nothing against them, and the plan, the manner and the candidate’s address are told', async () => {
    const survey = await surveyOf({ config: { steps: [10, 100], bakeMs: 10 * MINUTE, approval: 'manual' } });
    expect(survey.faults).toEqual([]);
    expect(survey.plan.steps).toEqual([
      { share: 0, holdMs: 0, approval: true },
      { share: 10, holdMs: 5 * MINUTE },
      { share: 100, holdMs: 5 * MINUTE },
    ]);
    expect(survey.plan.bakeMs).toBe(10 * MINUTE);
    expect(survey.manner).toBe(
      'CodeDeployDefault.ECSCanary10Percent5Minutes (10 %, then the rest after 5 min); DgpECS-demo-web waits 66 min before the shift and keeps the original task set 15 min after it, until the rollout is over',
    );
    expect(survey.candidateUrl).toBe('http://lb.example.com:9001');
  });

  test('are found under their own names', async () => {
    const own = { application: 'shop', deploymentGroup: 'web' };
    expect((await surveyOf({ fake: own, config: { codedeploy: { ...names, ...own } } })).faults).toEqual([]);
  });
});

describe('a fault is found', () => {
  test.each<[string, Case, Partial<Fault>]>([
    [
      'when there is no application of that name',
      { config: { codedeploy: { ...names, application: 'shop' } } },
      { subject: 'codedeploy-application', problem: 'there is no CodeDeploy application shop' },
    ],
    [
      'when the application has no such group',
      { config: { codedeploy: { ...names, deploymentGroup: 'blue' } } },
      { subject: 'codedeploy-deployment-group', problem: 'application AppECS-demo-web has no deployment group blue' },
    ],
    [
      'when the group deploys another service',
      { fake: { group: { service: { clusterName: 'demo', serviceName: 'api' } } } },
      { problem: 'it deploys service api in cluster demo, not web in demo' },
    ],
    [
      'when the group is for servers',
      { fake: { group: { computePlatform: 'Server', service: undefined } } },
      { problem: 'it is for Server, not for ECS' },
    ],
    [
      'when the group has no pair of target groups',
      { fake: { group: { routes: { targetGroups: [], productionListener: undefined, testListener: undefined } } } },
      { problem: 'it has no pair of target groups with a production listener, between which traffic could shift' },
    ],
    [
      'when the service serves from neither of them',
      { fake: { group: { routes: { targetGroups: ['a', 'b'], productionListener: 'l', testListener: undefined } } } },
      { problem: 'its target groups are a and b, and service web serves from web-1' },
    ],
    [
      'when the task definition has another container',
      { taskDefinition: { containerDefinitions: [{ name: 'app' }] } },
      { subject: 'task-definition', fix: 'name one of its containers web (there are app)' },
    ],
    [
      'when the ladder cannot be done',
      { config: { steps: [30, 60, 100] } },
      { subject: 'steps', fix: 'the nearest that it can do is steps: 30, 60, 90, 100' },
    ],
    [
      'when the named configuration does not exist',
      { config: { holdMs: undefined, codedeploy: { ...names, deploymentConfig: 'fast' } } },
      { subject: 'codedeploy-config', problem: 'there is no deployment configuration fast for ECS' },
    ],
    [
      'when the group keeps the old tasks longer than the job may take',
      { fake: { waits: { readyMinutes: undefined, terminationMinutes: 60 } } },
      { subject: 'timeout', fix: 'write timeout: 1h30m, or a shorter bake (bake: 10m)' },
    ],
    [
      'when there is to be a bake and the group keeps the old tasks for good',
      { fake: { waits: { readyMinutes: undefined, terminationMinutes: undefined } }, config: { bakeMs: MINUTE } },
      { subject: 'bake' },
    ],
  ])('%s', async (_words, one, fault) => {
    expect((await surveyOf(one)).faults).toEqual([expect.objectContaining(fault)]);
  });

  test('together with all the others', async () => {
    const { faults } = await surveyOf({
      fake: { group: { service: { clusterName: 'demo', serviceName: 'api' } } },
      config: { strategy: 'rolling' },
      taskDefinition: { containerDefinitions: [{ name: 'app' }] },
    });
    expect(faults.map(({ subject }) => subject)).toEqual([
      'deployment group DgpECS-demo-web',
      'task-definition',
      'strategy',
    ]);
  });
});
