import type {
  DescribeLogGroupsResponse,
  DescribeLogStreamsResponse,
  FilterLogEventsRequest,
  FilterLogEventsResponse,
  GetLogEventsRequest,
  GetLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, test } from '@jest/globals';
import { createClock } from '../../../sandbox/clock.ts';
import { createLogs } from '../../../sandbox/logs/index.ts';
import type { Limits } from '../../../sandbox/logs/store.ts';

const GROUP = '/ecs/web';
const place = { account: '123456789012', region: 'eu-central-1' };

function logs(limits?: Limits) {
  let nowMs = 1_000;
  const clock = { ...createClock(), now: () => new Date(nowMs) };
  const { service, sink } = createLogs({ clock, place, ...(limits ? { limits } : {}) });
  const call = <T>(operation: string, input: object): T => {
    const handler = service.operations[operation];
    if (!handler) throw new Error(`no operation ${operation}`);
    return handler(input, { operation, requestId: 'r', accessKeyId: undefined }) as T;
  };
  return {
    service,
    call,
    /** One line a millisecond, from 1000 on. */
    write(stream: string, ...lines: readonly string[]) {
      for (const line of lines) {
        sink.write(GROUP, stream, line);
        nowMs += 1;
      }
    },
    get: (input: Partial<GetLogEventsRequest> = {}) =>
      call<GetLogEventsResponse>('GetLogEvents', { logGroupName: GROUP, logStreamName: 's', ...input }),
    filter: (input: FilterLogEventsRequest = {}) =>
      call<FilterLogEventsResponse>('FilterLogEvents', { logGroupName: GROUP, ...input }),
  };
}

const messages = (answer: { events?: { message?: string | undefined }[] | undefined }) =>
  answer.events?.map((event) => event.message);

describe('GetLogEvents', () => {
  test('without startFromHead the latest events come, in the order they were written', () => {
    const { write, get } = logs();
    write('s', 'a', 'b', 'c');
    expect(messages(get({ limit: 2 }))).toEqual(['b', 'c']);
    expect(messages(get({ limit: 2, startFromHead: true }))).toEqual(['a', 'b']);
  });

  test('the forward token reads on, and at the end the token that was passed comes back', () => {
    const { write, get } = logs();
    write('s', 'a', 'b', 'c');
    const first = get({ limit: 2, startFromHead: true });
    const second = get({ limit: 2, startFromHead: true, nextToken: first.nextForwardToken });
    expect(messages(second)).toEqual(['c']);
    const end = get({ startFromHead: true, nextToken: second.nextForwardToken });
    expect(end.events).toEqual([]);
    expect(end.nextForwardToken).toBe(second.nextForwardToken);
    write('s', 'd');
    expect(messages(get({ startFromHead: true, nextToken: end.nextForwardToken }))).toEqual(['d']);
  });

  test('the backward token reads back to the start, where the token that was passed comes back', () => {
    const { write, get } = logs();
    write('s', 'a', 'b', 'c');
    const last = get({ limit: 2 });
    const before = get({ limit: 2, nextToken: last.nextBackwardToken });
    expect(messages(before)).toEqual(['a']);
    const start = get({ nextToken: before.nextBackwardToken });
    expect(start.events).toEqual([]);
    expect(start.nextBackwardToken).toBe(before.nextBackwardToken);
  });

  test('the start of the time range belongs to it, its end does not', () => {
    const { write, get } = logs();
    write('s', 'a', 'b', 'c');
    expect(messages(get({ startTime: 1_001, endTime: 1_002 }))).toEqual(['b']);
  });

  test('a page holds at most 1 MB', () => {
    const { write, get } = logs();
    write('s', ...Array.from({ length: 100 }, () => 'x'.repeat(16 * 1024)));
    expect(get({ startFromHead: true }).events).toHaveLength(63);
  });

  test('the group may be named by its ARN', () => {
    const { write, get, call } = logs();
    write('s', 'a');
    const [group] = call<DescribeLogGroupsResponse>('DescribeLogGroups', {}).logGroups ?? [];
    expect(messages(get({ logGroupName: undefined, logGroupIdentifier: group?.logGroupArn }))).toEqual(['a']);
  });

  test.each([
    ['a group that is not there', { logGroupName: 'nope' }, 'ResourceNotFoundException', 'log group does not exist'],
    ['a stream that is not there', { logStreamName: 'nope' }, 'ResourceNotFoundException', 'log stream does not exist'],
    ['a token that is none', { nextToken: 'x' }, 'InvalidParameterException', 'nextToken is invalid'],
    ['a limit of 0', { limit: 0 }, 'InvalidParameterException', "Value '0' at 'limit'"],
    ['a limit above 10,000', { limit: 10_001 }, 'InvalidParameterException', "Value '10001' at 'limit'"],
    ['no group', { logGroupName: undefined }, 'InvalidParameterException', 'Exactly one of'],
    ['two groups', { logGroupIdentifier: GROUP }, 'InvalidParameterException', 'Exactly one of'],
  ])('%s is refused', (_, input, code, words) => {
    const { write, get } = logs();
    write('s', 'a');
    expect(() => get(input)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));
  });
});

describe('FilterLogEvents', () => {
  test('events of all streams come by time, page by page', () => {
    const { write, filter } = logs();
    write('one', 'a');
    write('two', 'b');
    write('one', 'c');
    const first = filter({ limit: 2 });
    expect(first.events?.map((event) => [event.logStreamName, event.message])).toEqual([
      ['one', 'a'],
      ['two', 'b'],
    ]);
    const second = filter({ limit: 2, nextToken: first.nextToken });
    expect(messages(second)).toEqual(['c']);
    expect(second.nextToken).toBeUndefined();
  });

  test('streams are chosen by name or by prefix, not by both', () => {
    const { write, filter } = logs();
    write('web/1', 'a');
    write('job/1', 'b');
    expect(messages(filter({ logStreamNames: ['job/1'] }))).toEqual(['b']);
    expect(messages(filter({ logStreamNamePrefix: 'web/' }))).toEqual(['a']);
    expect(() => filter({ logStreamNames: ['job/1'], logStreamNamePrefix: 'w' })).toThrow('mutually exclusive');
  });

  test.each([
    ['', ['GET /a 200', 'GET /b 500', 'ERROR: no "db" here']],
    ['GET 500', ['GET /b 500']],
    ['GET -500', ['GET /a 200']],
    ['?500 ?ERROR', ['GET /b 500', 'ERROR: no "db" here']],
    ['"GET /a"', ['GET /a 200']],
    ['"no \\"db\\""', ['ERROR: no "db" here']],
    ['error', []],
  ])('the pattern %j finds the lines that AWS would', (filterPattern, expected) => {
    const { write, filter } = logs();
    write('s', 'GET /a 200', 'GET /b 500', 'ERROR: no "db" here');
    expect(messages(filter({ filterPattern }))).toEqual(expected);
  });

  test('a pattern over JSON is refused rather than half understood', () => {
    const { write, filter } = logs();
    write('s', '{}');
    expect(() => filter({ filterPattern: '{ $.a = 1 }' })).toThrow('unstructured text');
  });
});

describe('groups and streams', () => {
  test('a group is made once', () => {
    const { call } = logs();
    call('CreateLogGroup', { logGroupName: '/a' });
    expect(() => call('CreateLogGroup', { logGroupName: '/a' })).toThrow('already exists');
    expect(() => call('CreateLogGroup', { logGroupName: 'a b' })).toThrow('regular expression');
  });

  test('groups are listed by name, filtered by prefix or by a part of any case', () => {
    const { call } = logs();
    for (const logGroupName of ['/b', '/a/Web', '/a']) call('CreateLogGroup', { logGroupName });
    const names = (input: object) =>
      call<DescribeLogGroupsResponse>('DescribeLogGroups', input).logGroups?.map((group) => group.logGroupName);
    expect(names({})).toEqual(['/a', '/a/Web', '/b']);
    expect(names({ logGroupNamePrefix: '/a' })).toEqual(['/a', '/a/Web']);
    expect(names({ logGroupNamePattern: 'web' })).toEqual(['/a/Web']);
  });

  test('streams are listed by name or by their last event', () => {
    const { write, call } = logs();
    write('b', '1');
    write('a', '2');
    const names = (input: object) =>
      call<DescribeLogStreamsResponse>('DescribeLogStreams', { logGroupName: GROUP, ...input }).logStreams?.map(
        (stream) => stream.logStreamName,
      );
    expect(names({})).toEqual(['a', 'b']);
    expect(names({ orderBy: 'LastEventTime' })).toEqual(['b', 'a']);
    expect(names({ orderBy: 'LastEventTime', descending: true, limit: 1 })).toEqual(['a']);
    expect(() => names({ orderBy: 'LastEventTime', logStreamNamePrefix: 'a' })).toThrow('Cannot order by');
  });
});

describe('memory is bounded', () => {
  test('of a stream the last events are kept, and tokens stay true', () => {
    const { write, get } = logs({ eventsPerStream: 10, streams: 5, characters: 1_000_000 });
    write('s', ...Array.from({ length: 100 }, (_, i) => String(i)));
    const token = get({ startFromHead: true, limit: 1 }).nextForwardToken;
    const kept = messages(get()) ?? [];
    expect(kept.length).toBeLessThanOrEqual(11);
    expect(kept.at(-1)).toBe('99');
    expect(messages(get({ startFromHead: true, nextToken: token }))).toEqual(kept.slice(1));
  });

  test('beyond the number of streams or of characters the stream that was quiet the longest goes', () => {
    const few = logs({ eventsPerStream: 10, streams: 2, characters: 1_000_000 });
    for (const stream of ['a', 'b', 'a', 'c']) few.write(stream, 'x');
    expect(() => few.get({ logStreamName: 'b' })).toThrow('does not exist');
    expect(messages(few.get({ logStreamName: 'a' }))).toEqual(['x', 'x']);

    const small = logs({ eventsPerStream: 10, streams: 10, characters: 8 });
    for (const stream of ['a', 'b', 'c']) small.write(stream, 'xxxx');
    expect(() => small.get({ logStreamName: 'a' })).toThrow('does not exist');
    expect(messages(small.get({ logStreamName: 'c' }))).toEqual(['xxxx']);
  });
});
