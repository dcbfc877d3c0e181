/** Log groups and streams in memory, bounded: the oldest lines go first, then the streams that were quiet the longest. */

export interface LogEvent {
  /** Counts up from 0 within its stream and never changes. */
  readonly sequence: number;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

export interface LogStream {
  readonly name: string;
  readonly creationTime: number;
  readonly events: readonly LogEvent[];
  /** Of the whole stream, also of what has been dropped. */
  readonly firstEventTime: number | undefined;
}

export interface LogGroup {
  readonly name: string;
  readonly creationTime: number;
  readonly retentionInDays: number | undefined;
  readonly streams: ReadonlyMap<string, LogStream>;
}

export interface Limits {
  readonly eventsPerStream: number;
  readonly streams: number;
  readonly characters: number;
}

const DEFAULT_LIMITS: Limits = { eventsPerStream: 10_000, streams: 2_000, characters: 64 * 1024 * 1024 };

interface MutableStream {
  readonly name: string;
  readonly group: string;
  readonly creationTime: number;
  events: LogEvent[];
  firstEventTime: number | undefined;
  nextSequence: number;
  characters: number;
}

export interface LogStore {
  group(name: string): LogGroup | undefined;
  groups(): readonly LogGroup[];
  /** False when it is there already. */
  createGroup(name: string): boolean;
  /** Group and stream come into being with their first line. */
  write(group: string, stream: string, message: string): void;
}

export function createLogStore(now: () => Date, limits: Limits = DEFAULT_LIMITS): LogStore {
  const groups = new Map<string, LogGroup & { readonly streams: Map<string, MutableStream> }>();
  // In the order of their last line, the quietest first.
  const streams = new Set<MutableStream>();
  let characters = 0;

  const groupOf = (name: string) => {
    const known = groups.get(name);
    if (known) return known;
    const made = { name, creationTime: now().getTime(), retentionInDays: undefined, streams: new Map() };
    groups.set(name, made);
    return made;
  };
  const streamOf = (groupName: string, name: string): MutableStream => {
    const group = groupOf(groupName);
    const known = group.streams.get(name);
    if (known) return known;
    const creationTime = now().getTime();
    const made: MutableStream = {
      name,
      group: groupName,
      creationTime,
      events: [],
      firstEventTime: undefined,
      nextSequence: 0,
      characters: 0,
    };
    group.streams.set(name, made);
    return made;
  };
  const forget = (stream: MutableStream): void => {
    groups.get(stream.group)?.streams.delete(stream.name);
    streams.delete(stream);
    characters -= stream.characters;
  };
  const trim = (stream: MutableStream): void => {
    // In pieces, because taking one line at a time off the front of a long list is slow.
    if (stream.events.length <= limits.eventsPerStream * 1.1) return;
    const dropped = stream.events.length - limits.eventsPerStream;
    for (const event of stream.events.slice(0, dropped)) {
      stream.characters -= event.message.length;
      characters -= event.message.length;
    }
    stream.events = stream.events.slice(dropped);
  };

  return {
    group: (name) => groups.get(name),
    groups: () => [...groups.values()],
    createGroup(name) {
      const isNew = !groups.has(name);
      groupOf(name);
      return isNew;
    },
    write(groupName, streamName, message) {
      const stream = streamOf(groupName, streamName);
      const timestamp = now().getTime();
      stream.events.push({ sequence: stream.nextSequence++, timestamp, ingestionTime: timestamp, message });
      stream.firstEventTime ??= timestamp;
      stream.characters += message.length;
      characters += message.length;
      streams.delete(stream);
      streams.add(stream);
      trim(stream);
      for (const quietest of streams) {
        if (quietest === stream || (streams.size <= limits.streams && characters <= limits.characters)) break;
        forget(quietest);
      }
    },
  };
}
