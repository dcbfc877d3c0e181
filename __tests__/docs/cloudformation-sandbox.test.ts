/** The stack of examples/aws/service.yaml, made in the sandbox by the calls that CloudFormation makes for it. */
import { CloudWatchClient, PutMetricAlarmCommand, PutMetricAlarmInput$ } from '@aws-sdk/client-cloudwatch';
import { CreateRepositoryCommand, CreateRepositoryRequest$, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateClusterRequest$,
  CreateServiceCommand,
  CreateServiceRequest$,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RegisterTaskDefinitionRequest$,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateListenerInput$,
  CreateLoadBalancerCommand,
  CreateLoadBalancerInput$,
  CreateRuleCommand,
  CreateRuleInput$,
  CreateTargetGroupCommand,
  CreateTargetGroupInput$,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NormalizedSchema } from '@smithy/core/schema';
import { parse } from 'yaml';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { pushDemoImage } from '../../sandbox/seed.ts';
import { waitForDeployment } from '../../sandbox/seed-wait.ts';
import { checkShape, describeIssue } from '../../sandbox/wire/schema.ts';
import { runProgram } from '../sandbox/clients/_cli.ts';
import { type JsonMap, type Resolved, readTemplate, resolveTemplate } from './_template.ts';

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];
type Naming = (name: string) => string;

/** ECS and ECR begin the members of their API with a small letter, CloudFormation those of its properties with a capital one. */
const camel: Naming = (name) => name.charAt(0).toLowerCase() + name.slice(1);
const same: Naming = (name) => name;

/** Properties of a resource as the input of the call that makes it. Throws on a member that the call has not, or that it misses. */
// biome-ignore lint/suspicious/noExplicitAny: each command names its own input type; the value is held against AWS's schema here.
function inputOf(schemaRef: SchemaRef, properties: JsonMap, naming: Naming): any {
  const translate = (schema: NormalizedSchema, value: unknown): unknown => {
    if (schema.isListSchema()) return (value as unknown[]).map((item) => translate(schema.getValueSchema(), item));
    if (schema.isStructSchema()) {
      const members = schema.getMemberSchemas();
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => {
          const member = members[naming(key)];
          return [naming(key), member === undefined ? item : translate(member, item)];
        }),
      );
    }
    // A parameter is text until CloudFormation hands it on.
    if (schema.isNumericSchema()) return Number(value);
    return schema.isStringSchema() ? String(value) : value;
  };
  const schema = NormalizedSchema.of(schemaRef);
  const input = translate(schema, properties);
  const issues = checkShape(schema, input).map(describeIssue);
  if (issues.length > 0) throw new Error(`${schema.getName()}: ${issues.join('; ')}`);
  return input;
}

let sandbox: Sandbox;
let ecs: ECSClient;
let elb: ElasticLoadBalancingV2Client;
beforeAll(async () => {
  sandbox = await startSandbox({ speed: 60, runtime: 'process' });
  ecs = new ECSClient(sandbox.clientConfig);
  elb = new ElasticLoadBalancingV2Client(sandbox.clientConfig);
}, 60_000);
afterAll(async () => {
  ecs.destroy();
  elb.destroy();
  await sandbox.close();
});

/** The stack in the sandbox, IAM, security groups and the log group apart, which it does not serve. */
async function makeStack(): Promise<{ readonly stack: Resolved; readonly image: string }> {
  const { region, account } = sandbox.place;
  const ids = new Map<string, string>();
  const given = { GitHubRepository: 'a/b', Vpc: 'vpc-0a1b2c3d', Subnets: 'subnet-0a1b2c3d,subnet-1a1b2c3d' };
  const world = {
    region,
    account,
    id: (logicalId: string) => ids.get(logicalId) ?? logicalId,
    attribute: (logicalId: string, name: string) => {
      if (name === 'GroupId') return 'sg-0a1b2c3d';
      return name === 'Arn' ? `arn:aws:iam::${account}:role/${logicalId}` : `${logicalId}.${name}`;
    },
  };
  const template = readTemplate('examples/aws/service.yaml');
  const CpuArchitecture = process.arch === 'arm64' ? 'ARM64' : 'X86_64';
  const before = resolveTemplate(template, given, world);

  const ecr = new ECRClient(sandbox.clientConfig);
  const {
    LifecyclePolicy: _,
    ImageTagMutabilityExclusionFilters: filters,
    ...repository
  } = before.properties('Repository');
  const imageTagMutabilityExclusionFilters = (filters as unknown as readonly JsonMap[]).map((filter) => ({
    filterType: filter['ImageTagMutabilityExclusionFilterType'] ?? '',
    filter: filter['ImageTagMutabilityExclusionFilterValue'] ?? '',
  }));
  const asked = { ...repository, imageTagMutabilityExclusionFilters };
  await ecr.send(new CreateRepositoryCommand(inputOf(CreateRepositoryRequest$, asked, camel)));
  ecr.destroy();
  const image = await pushDemoImage(sandbox, { version: 1 });
  const stack = resolveTemplate(template, { ...given, CpuArchitecture, Image: image }, world);

  const balancer = { Name: 'web', ...stack.properties('Balancer') };
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand(inputOf(CreateLoadBalancerInput$, balancer, same)),
  );
  ids.set('Balancer', LoadBalancers?.[0]?.LoadBalancerArn ?? '');
  for (const logicalId of ['Blue', 'Green']) {
    const { TargetGroupAttributes, ...group } = stack.properties(logicalId);
    const input = inputOf(CreateTargetGroupInput$, { Name: `web-${logicalId}`, ...group }, same);
    const { TargetGroups } = await elb.send(new CreateTargetGroupCommand(input));
    ids.set(logicalId, TargetGroups?.[0]?.TargetGroupArn ?? '');
    const attributes = TargetGroupAttributes as unknown as readonly { readonly Key: string; readonly Value: string }[];
    const modify = { TargetGroupArn: ids.get(logicalId), Attributes: [...attributes] };
    await elb.send(new ModifyTargetGroupAttributesCommand(modify));
  }
  for (const [listener, rule] of [
    ['ProductionListener', 'ProductionRule'],
    ['TestListener', 'TestRule'],
  ] as const) {
    // 80 and 8081 may be taken on this machine: 0 is any free port.
    const input = inputOf(CreateListenerInput$, { ...stack.properties(listener), Port: 0 }, same);
    const { Listeners } = await elb.send(new CreateListenerCommand(input));
    ids.set(listener, Listeners?.[0]?.ListenerArn ?? '');
    const { Rules } = await elb.send(new CreateRuleCommand(inputOf(CreateRuleInput$, stack.properties(rule), same)));
    ids.set(rule, Rules?.[0]?.RuleArn ?? '');
  }

  const cloudWatch = new CloudWatchClient(sandbox.clientConfig);
  for (const logicalId of ['ErrorAlarm', 'LatencyAlarm']) {
    const input = inputOf(PutMetricAlarmInput$, stack.properties(logicalId), same);
    ids.set(logicalId, input.AlarmName);
    // The sandbox computes no alarms on expressions: another metric under the same name stands in for it.
    const { Metrics, ...others } = input;
    const simple = {
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCount',
      Statistic: 'Sum',
      Period: 60,
    } as const;
    await cloudWatch.send(new PutMetricAlarmCommand(Metrics === undefined ? input : { ...others, ...simple }));
  }
  cloudWatch.destroy();

  const cluster = inputOf(CreateClusterRequest$, stack.properties('NewCluster'), camel);
  await ecs.send(new CreateClusterCommand(cluster));
  ids.set('NewCluster', cluster.clusterName);
  const definition = inputOf(RegisterTaskDefinitionRequest$, stack.properties('TaskDefinition'), camel);
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(definition));
  ids.set('TaskDefinition', taskDefinition?.taskDefinitionArn ?? '');
  await ecs.send(new CreateServiceCommand(inputOf(CreateServiceRequest$, stack.properties('EcsService'), camel)));
  await waitForDeployment(ecs, 'demo', 'web', 120_000);
  return { stack, image };
}

test('a service of the template comes up behind its load balancer, and nothing stands against a deployment to it', async () => {
  const { stack, image } = await makeStack();
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'demo', services: ['web'] }));
  expect(services).toMatchObject([{ runningCount: 2, deploymentConfiguration: { strategy: 'BLUE_GREEN' } }]);

  // What the stack's output says to write into the workflow, but for the image, which is there already.
  const { repository: _, ...inputs } = parse(stack.output('With')) as Readonly<Record<string, string>>;
  const env = {
    PATH: process.env['PATH'],
    ...sandbox.env,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    INPUT_IMAGE: image,
  };
  const { stdout, stderr } = await runProgram(process.execPath, ['--import', 'tsx', 'src/index.ts'], env);
  expect(`${stdout}${stderr}`).toContain('web: unchanged: ');
  expect(sandbox.violations).toEqual([]);
}, 180_000);

test('a property that the call does not have is found out', () => {
  const wrong = { ServiceName: 'web', LoadBalancers: [{ AdvancedConfiguration: { ProductionRule: 'arn' } }] };
  expect(() => inputOf(CreateServiceRequest$, wrong, camel)).toThrow(
    'loadBalancers.1.advancedConfiguration.productionRule is not a member that AWS knows',
  );
  expect(() => inputOf(CreateServiceRequest$, { Cluster: 'demo' }, camel)).toThrow('serviceName is required');
});
