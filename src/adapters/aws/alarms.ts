import type { Alarms } from '../../ports.ts';
import { call } from './client.ts';
import type { CloudWatch } from './connections.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const NAMES_A_CALL = 100;

type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export function alarms(cloudWatch: CloudWatch): Alarms {
  return {
    states: (names) =>
      call(`describe alarms ${names.join(', ')}`, async () => {
        const { sdk, client } = await cloudWatch();
        const states = new Map<string, State>();
        const wanted = [...new Set(names)];
        for (let from = 0; from < wanted.length; from += NAMES_A_CALL) {
          let nextToken: string | undefined;
          do {
            const answer = await client.send(
              new sdk.DescribeAlarmsCommand({
                AlarmNames: wanted.slice(from, from + NAMES_A_CALL),
                // Composite alarms are left out unless they are asked for.
                AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
                MaxRecords: NAMES_A_CALL,
                ...(nextToken === undefined ? {} : { NextToken: nextToken }),
              }),
            );
            for (const alarm of [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])]) {
              const state = alarm.StateValue;
              if (alarm.AlarmName !== undefined && isState(state)) states.set(alarm.AlarmName, state);
            }
            nextToken = answer.NextToken;
          } while (nextToken !== undefined);
        }
        return states;
      }),
  };
}

function isState(value: string | undefined): value is State {
  return value === 'OK' || value === 'ALARM' || value === 'INSUFFICIENT_DATA';
}
