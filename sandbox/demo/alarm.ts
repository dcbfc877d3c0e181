/** The alarm that the demo's team has on its service, as anybody's: users get errors. */

import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import type { Sandbox } from '../sandbox.ts';
import type { Seeded } from '../seed.ts';

export const alarmName = 'web-5xx';

/** In ALARM after a minute in which the service's tasks have answered three requests or more with 5xx. */
export async function putAlarm(sandbox: Sandbox, seeded: Seeded): Promise<void> {
  const client = new CloudWatchClient(sandbox.clientConfig);
  try {
    await client.send(
      new PutMetricAlarmCommand({
        AlarmName: alarmName,
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'HTTPCode_Target_5XX_Count',
        Dimensions: [{ Name: 'LoadBalancer', Value: seeded.loadBalancerArn.replace(/^.*:loadbalancer\//, '') }],
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 3,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        // The load balancer reports this metric only when it is not zero.
        TreatMissingData: 'notBreaching',
      }),
    );
  } finally {
    client.destroy();
  }
}
