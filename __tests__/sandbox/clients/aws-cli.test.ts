import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { type Seeded, seedDemo } from '../../../sandbox/seed.ts';
import { aws, isInstalled, sayOnce } from './_cli.ts';

const hasCli = isInstalled('aws');
if (!hasCli) sayOnce('skipped: the AWS CLI against the sandbox (aws is not on the PATH)');

// The CLI takes a second or two to start, and much longer while every core is busy.
const slowMs = 120_000;

(hasCli ? describe : describe.skip)('the AWS CLI', () => {
  let sandbox: Sandbox;
  let seeded: Seeded;
  const cli = (...args: string[]) => aws(sandbox.env, ...args);

  beforeAll(async () => {
    sandbox = await startSandbox({ runtime: 'process', speed: 60 });
    seeded = await seedDemo(sandbox, { desiredCount: 1 });
  }, slowMs);
  afterAll(async () => {
    expect(sandbox.violations).toEqual([]);
    expect(sandbox.calls.flatMap((call) => call.ignored)).toEqual([]);
    await sandbox.close();
  });

  test(
    'lists and describes what was seeded',
    async () => {
      expect(await cli('sts', 'get-caller-identity')).toMatchObject({ Account: sandbox.place.account });
      expect(await cli('ecs', 'list-services', '--cluster', 'demo')).toEqual({ serviceArns: [seeded.serviceArn] });
      const { services } = await cli('ecs', 'describe-services', '--cluster', 'demo', '--services', 'web');
      expect(services).toMatchObject([
        { serviceName: 'web', status: 'ACTIVE', deploymentConfiguration: { strategy: 'BLUE_GREEN' } },
      ]);
      const listed = (await cli('ecs', 'list-service-deployments', '--cluster', 'demo', '--service', 'web')) as {
        serviceDeployments: { serviceDeploymentArn: string }[];
      };
      const arn = listed.serviceDeployments[0]?.serviceDeploymentArn ?? '';
      expect(await cli('ecs', 'describe-service-deployments', '--service-deployment-arns', arn)).toMatchObject({
        serviceDeployments: [{ status: 'SUCCESSFUL' }],
      });
      expect(await cli('ecr', 'describe-images', '--repository-name', 'web')).toMatchObject({
        imageDetails: [{ imageTags: ['1'] }],
      });
    },
    slowMs,
  );

  test(
    'speaks query to the load balancer and JSON to CloudWatch',
    async () => {
      const rules = await cli('elbv2', 'describe-rules', '--rule-arns', seeded.productionRuleArn);
      expect(rules).toMatchObject({ Rules: [{ RuleArn: seeded.productionRuleArn, Actions: [{ Type: 'forward' }] }] });
      const put =
        'cloudwatch put-metric-alarm --alarm-name web-5xx --namespace AWS/ApplicationELB --period 60 --threshold 1';
      const how = '--metric-name HTTPCode_Target_5XX_Count --statistic Sum --evaluation-periods 1';
      await cli(...`${put} ${how} --comparison-operator GreaterThanThreshold`.split(' '));
      expect(await cli('cloudwatch', 'describe-alarms', '--alarm-names', 'web-5xx')).toMatchObject({
        MetricAlarms: [{ AlarmName: 'web-5xx', Threshold: 1 }],
      });
    },
    slowMs,
  );

  test(
    'updates the service, and its waiter sees it become stable',
    async () => {
      const scaled = await cli(
        'ecs',
        'update-service',
        '--cluster',
        'demo',
        '--service',
        'web',
        '--desired-count',
        '2',
      );
      expect(scaled).toMatchObject({ service: { desiredCount: 2 } });
      await cli('ecs', 'wait', 'services-stable', '--cluster', 'demo', '--services', 'web');
      const { services } = await cli('ecs', 'describe-services', '--cluster', 'demo', '--services', 'web');
      expect(services).toMatchObject([{ runningCount: 2 }]);
    },
    slowMs,
  );

  test(
    'shows the errors of AWS',
    async () => {
      await expect(cli('ecs', 'describe-services', '--cluster', 'nowhere', '--services', 'web')).rejects.toThrow(
        'An error occurred (ClusterNotFoundException) when calling the DescribeServices operation: Cluster not found.',
      );
      await expect(cli('elbv2', 'describe-load-balancers', '--names', 'nobody')).rejects.toThrow(
        'An error occurred (LoadBalancerNotFound) when calling the DescribeLoadBalancers operation',
      );
    },
    slowMs,
  );
});
