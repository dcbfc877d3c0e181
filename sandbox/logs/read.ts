import type {
  FilterLogEventsRequest,
  FilterLogEventsResponse,
  GetLogEventsRequest,
  GetLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Handler } from '../wire/service.ts';
import { findGroup, findStream, invalid, limitOf, page } from './find.ts';
import { matcher } from './pattern.ts';
import type { LogEvent, LogGroup, LogStore, LogStream } from './store.ts';

const MOST_EVENTS = 10_000;
/** "as many log events as can fit in a response size of 1 MB" (API reference, GetLogEvents). */
const MOST_CHARACTERS = 1024 * 1024;

export function readOperations(store: LogStore): Record<string, Handler> {
  return {
    GetLogEvents(input: GetLogEventsRequest): GetLogEventsResponse {
      const { events } = findStream(findGroup(store, input), input.logStreamName ?? '');
      const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = input;
      const inRange = events.filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime);
      const limit = limitOf(input.limit, MOST_EVENTS, MOST_EVENTS);
      const { forward, position } = startOf(input, events);
      const chosen = forward
        ? fitting(
            inRange.filter((event) => event.sequence >= position),
            limit,
          )
        : fitting(inRange.filter((event) => event.sequence < position).reverse(), limit).reverse();
      // With nothing to return both tokens stay at the position, so the one that was passed in comes back.
      const first = chosen[0]?.sequence ?? position;
      const next = (chosen.at(-1)?.sequence ?? position - 1) + 1;
      return {
        events: chosen.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
        nextForwardToken: token('f', next),
        nextBackwardToken: token('b', first),
      };
    },

    FilterLogEvents(input: FilterLogEventsRequest): FilterLogEventsResponse {
      const streams = searched(findGroup(store, input), input);
      const { startTime = 0, endTime = Number.POSITIVE_INFINITY, startFromHead = true } = input;
      const matches = matcher(input.filterPattern ?? '');
      const found = streams
        .flatMap((stream) => stream.events.map((event) => ({ stream, event })))
        .filter(({ event }) => event.timestamp >= startTime && event.timestamp <= endTime && matches(event.message))
        .sort((a, b) => a.event.timestamp - b.event.timestamp);
      if (!startFromHead) found.reverse();
      const { items, nextToken } = page(found, limitOf(input.limit, MOST_EVENTS, MOST_EVENTS), input.nextToken);
      return {
        events: items.map(({ stream, event: { timestamp, message, ingestionTime, sequence } }) => ({
          logStreamName: stream.name,
          timestamp,
          message,
          ingestionTime,
          eventId: eventId(stream, sequence),
        })),
        // "As of May 15, 2020, this parameter is no longer supported. This parameter returns an empty list."
        searchedLogStreams: [],
        ...(nextToken === undefined ? {} : { nextToken }),
      };
    },
  };
}

/** A token names the place between two events of the stream: `f/…` reads on after it, `b/…` reads what lies before. */
function token(direction: 'f' | 'b', position: number): string {
  return `${direction}/${String(position).padStart(56, '0')}/s`;
}

function startOf(input: GetLogEventsRequest, events: readonly LogEvent[]): { forward: boolean; position: number } {
  if (input.nextToken !== undefined) {
    const [, direction, digits] = /^([fb])\/(\d{1,56})\/s$/.exec(input.nextToken) ?? [];
    if (direction === undefined) throw invalid('The specified nextToken is invalid.');
    return { forward: direction === 'f', position: Number(digits) };
  }
  const forward = input.startFromHead ?? false;
  const end = (events.at(-1)?.sequence ?? -1) + 1;
  return { forward, position: forward ? (events[0]?.sequence ?? end) : end };
}

function fitting(events: readonly LogEvent[], limit: number): LogEvent[] {
  let characters = 0;
  const taken: LogEvent[] = [];
  for (const event of events.slice(0, limit)) {
    // AWS counts each event's text and 26 bytes for what goes with it (quotas of PutLogEvents).
    characters += event.message.length + 26;
    if (characters > MOST_CHARACTERS && taken.length > 0) break;
    taken.push(event);
  }
  return taken;
}

function searched(group: LogGroup, input: FilterLogEventsRequest): LogStream[] {
  const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
  if (names !== undefined && prefix !== undefined) {
    throw invalid('logStreamNamePrefix and logStreamNames are mutually exclusive.');
  }
  if (names) return names.map((name) => findStream(group, name));
  return [...group.streams.values()].filter((stream) => stream.name.startsWith(prefix ?? ''));
}

function eventId(stream: LogStream, sequence: number): string {
  return `${stream.creationTime}${Buffer.from(stream.name).toString('hex').slice(-16)}${sequence}`;
}
