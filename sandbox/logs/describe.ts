import type {
  CreateLogGroupRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Place } from '../contracts.ts';
import { AwsError, type Handler } from '../wire/service.ts';
import { findGroup, invalid, limitOf, page } from './find.ts';
import type { LogStore, LogStream } from './store.ts';

export function describeOperations(store: LogStore, place: Place): Record<string, Handler> {
  const arnOf = (group: string): string => `arn:aws:logs:${place.region}:${place.account}:log-group:${group}`;

  return {
    CreateLogGroup({ logGroupName }: CreateLogGroupRequest) {
      if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(logGroupName ?? '')) {
        throw invalid(
          `1 validation error detected: Value '${logGroupName}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
        );
      }
      if (!store.createGroup(logGroupName ?? '')) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      return {};
    },

    DescribeLogGroups(input: DescribeLogGroupsRequest): DescribeLogGroupsResponse {
      if (input.logGroupNamePrefix !== undefined && input.logGroupNamePattern !== undefined) {
        throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
      }
      const pattern = input.logGroupNamePattern?.toLowerCase();
      const groups = store
        .groups()
        .filter((group) => group.name.startsWith(input.logGroupNamePrefix ?? ''))
        .filter((group) => pattern === undefined || group.name.toLowerCase().includes(pattern))
        .sort((a, b) => compare(a.name, b.name));
      const { items, nextToken } = page(groups, limitOf(input.limit, 50, 50), input.nextToken);
      return {
        logGroups: items.map((group) => ({
          logGroupName: group.name,
          creationTime: group.creationTime,
          metricFilterCount: 0,
          storedBytes: 0,
          arn: `${arnOf(group.name)}:*`,
          logGroupArn: arnOf(group.name),
          logGroupClass: 'STANDARD',
        })),
        ...(nextToken === undefined ? {} : { nextToken }),
      };
    },

    DescribeLogStreams(input: DescribeLogStreamsRequest): DescribeLogStreamsResponse {
      const group = findGroup(store, input);
      const byTime = input.orderBy === 'LastEventTime';
      if (byTime && input.logStreamNamePrefix !== undefined) {
        throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
      }
      const direction = input.descending ? -1 : 1;
      const streams = [...group.streams.values()]
        .filter((stream) => stream.name.startsWith(input.logStreamNamePrefix ?? ''))
        .sort((a, b) => direction * (byTime ? lastEventTime(a) - lastEventTime(b) : compare(a.name, b.name)));
      const { items, nextToken } = page(streams, limitOf(input.limit, 50, 50), input.nextToken);
      return {
        logStreams: items.map((stream) => ({
          logStreamName: stream.name,
          creationTime: stream.creationTime,
          firstEventTimestamp: stream.firstEventTime,
          lastEventTimestamp: stream.events.at(-1)?.timestamp,
          lastIngestionTime: stream.events.at(-1)?.ingestionTime,
          arn: `${arnOf(group.name)}:log-stream:${stream.name}`,
          storedBytes: 0,
        })),
        ...(nextToken === undefined ? {} : { nextToken }),
      };
    },
  };
}

function lastEventTime(stream: LogStream): number {
  return stream.events.at(-1)?.timestamp ?? stream.creationTime;
}

/** By code unit, as AWS sorts names. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
