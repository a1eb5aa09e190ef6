import { FairMap } from './fair-map.js';

/** One thing that was sent on a stream. */
export interface LoggedEvent {
  /** Its place in the stream, greater than those before; digits and `-`. */
  readonly id: string;
  readonly message: string;
}

/** Events of a stream after a place. */
export interface EventsAfter {
  readonly events: readonly LoggedEvent[];
  /** Whether nothing will come after these. */
  readonly isComplete: boolean;
}

/**
 * Keeps what was sent on a client's streams for a while, so that a client whose connection broke gets what it missed, from any
 * process (2025-11-25 `basic/transports#resumability-and-redelivery`).
 */
export interface EventLog {
  /**
   * Adds an event to a stream.
   *
   * @param stream - name of the stream, not guessable; it comes into being with its first event
   * @param message - empty for an event that only marks the place
   * @param isLast - whether the stream is complete with it
   * @param seconds - how long the stream is kept from now on
   * @param owner - whose stream it is, so that a log that is full forgets first what belongs to the owner who has most
   * @returns the event's place
   */
  append(stream: string, message: string, isLast: boolean, seconds: number, owner?: string): Promise<string>;
  /**
   * Reads the events of a stream after a place.
   *
   * @param id - of an event that the client has
   * @returns undefined when there is no such stream any more, or it does not reach back that far
   */
  readAfter(stream: string, id: string): Promise<EventsAfter | undefined>;
  /** Whether it can be used now, for readiness probes; rejects when not. Optional. */
  check?(): Promise<void>;
  /** Gives up connections and timers. */
  close(): Promise<void>;
}

/** How much the log of one process holds at the most. */
export interface EventLogLimits {
  /** Default 10,000; beyond, the oldest are dropped of the owner who has most. */
  readonly streams?: number;
  /** Default 1,000; beyond, the oldest events of the stream are dropped. */
  readonly eventsPerStream?: number;
  /**
   * Length of all messages together, in UTF-16 units, and 32 for each event. Default 24 Mi; beyond, the oldest streams are dropped of the
   * owner who has most.
   */
  readonly characters?: number;
}

interface Stream {
  readonly events: LoggedEvent[];
  last: number;
  characters: number;
  isComplete: boolean;
}

const mostCharacters = 24 * 1024 * 1024;

/** What an event takes beside its message, in the same unit. */
const charactersOfEvent = 32;

/**
 * An {@link EventLog} for one process.
 *
 * @param limits - see {@link EventLogLimits}
 *
 * @example
 * ```ts
 * import { memoryEventLog } from 'express-mcp';
 *
 * const log = memoryEventLog();
 * const first = await log.append('stream-1', 'hello', false, 60);
 * await log.append('stream-1', 'goodbye', true, 60);
 * console.log((await log.readAfter('stream-1', first))?.events.length); // 1
 * ```
 */
export function memoryEventLog(limits: EventLogLimits = {}): EventLog {
  const { streams: most = 10_000, eventsPerStream = 1000, characters: mostTogether = mostCharacters } = limits;
  const streams = new FairMap<Stream>({ entries: most, weight: mostTogether });
  return {
    append: (name, message, isLast, seconds, owner = '') => {
      const stream = streams.get(name) ?? { events: [], last: 0, characters: 0, isComplete: false };
      const id = String(++stream.last);
      stream.events.push({ id, message });
      stream.characters += lengthOf(message);
      // An event that is too large by itself is not kept either; a client that resumes there is told that it is gone.
      while (stream.events.length > eventsPerStream || stream.characters > mostTogether) {
        stream.characters -= lengthOf(stream.events.shift()?.message ?? '');
      }
      stream.isComplete = isLast;
      streams.set(name, stream, { owner, weight: stream.characters, seconds });
      return Promise.resolve(id);
    },
    readAfter: (name, id) => Promise.resolve(readStream(streams.get(name), id)),
    close: () => {
      streams.clear();
      return Promise.resolve();
    },
  };
}

function lengthOf(message: string): number {
  return message.length + charactersOfEvent;
}

function readStream(stream: Stream | undefined, id: string): EventsAfter | undefined {
  if (stream === undefined) return undefined;
  // The event itself may have been dropped, but none after it.
  if (Number(id) < stream.last - stream.events.length) return undefined;
  if (!/^\d+$/.test(id) || Number(id) > stream.last) return undefined;
  return {
    events: stream.events.filter((event) => Number(event.id) > Number(id)),
    isComplete: stream.isComplete,
  };
}
