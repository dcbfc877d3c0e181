/** A CloudWatch alarm that is in the state that a story says. */
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import type { World } from './world.ts';

/** Makes it, in state OK. */
export async function putAlarm(world: World, name: string): Promise<void> {
  await withClient(world, (client) =>
    client.send(
      new PutMetricAlarmCommand({
        AlarmName: name,
        Namespace: 'Shop',
        MetricName: 'OrdersMissing',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        // Nothing is ever measured: the state stays as it is set.
        TreatMissingData: 'ignore',
      }),
    ),
  );
  await setAlarm(world, name, 'OK');
}

export async function setAlarm(world: World, name: string, state: 'OK' | 'ALARM'): Promise<void> {
  await withClient(world, (client) =>
    client.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason: 'said by the story' })),
  );
}

async function withClient(world: World, use: (client: CloudWatchClient) => Promise<unknown>): Promise<void> {
  const client = new CloudWatchClient(world.sandbox.clientConfig);
  try {
    await use(client);
  } finally {
    client.destroy();
  }
}
