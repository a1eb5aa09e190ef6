import { FairMap } from './fair-map.js';

/** One event of a stream. */
export interface LoggedEvent {
  /** Its place in the stream, greater than those before; digits and `-`. */
  readonly id: string;
  readonly message: string;
}

/** Events of a stream after a place. */
export interface EventsAfter {
  readonly events: readonly LoggedEvent[];
  /** Whether the stream ends with these. */
  readonly isComplete: boolean;
}

/**
 * Keeps the events of a client's streams for a while. A client whose connection broke gets the missing ones from any process
 * (2025-11-25 `basic/transports#resumability-and-redelivery`).
 */
export interface EventLog {
  /**
   * Adds an event to a stream.
   *
   * @param stream - name of the stream, not guessable; its first event creates it
   * @param message - empty for an event that only marks the place
   * @param isLast - whether the stream ends with it
   * @param seconds - how long the stream is kept from now on
   * @param owner - of the stream; a full log evicts events of the owner with the most first
   * @returns the event's place
   */
  append(stream: string, message: string, isLast: boolean, seconds: number, owner?: string): Promise<string>;
  /**
   * Reads the events of a stream after a place.
   *
   * @param id - of an event that the client has
   * @returns undefined if the stream is gone, or its events do not reach back that far
   */
  readAfter(stream: string, id: string): Promise<EventsAfter | undefined>;
  /** Checks that it can be used now, for readiness probes; rejects if not. Optional. */
  check?(): Promise<void>;
  /** Closes connections and stops timers. */
  close(): Promise<void>;
}

/** Maximum sizes of the log of one process. */
export interface EventLogLimits {
  /** Default 10,000; beyond, the oldest streams of the owner with the most are dropped. */
  readonly streams?: number;
  /** Default 1,000; beyond, the oldest events of the stream are dropped. */
  readonly eventsPerStream?: number;
  /**
   * Length of all messages together, in UTF-16 units, and 32 for each event. Default 24 Mi; beyond, the oldest streams of the owner
   * with the most are dropped.
   */
  readonly characters?: number;
}

interface Stream {
  readonly events: LoggedEvent[];
  last: number;
  characters: number;
  isComplete: boolean;
}

const maxCharacters = 24 * 1024 * 1024;

/** Overhead of an event besides its message, in the same unit. */
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
  const { streams: most = 10_000, eventsPerStream = 1000, characters: mostTogether = maxCharacters } = limits;
  const streams = new FairMap<Stream>({ entries: most, weight: mostTogether });
  return {
    append: (name, message, isLast, seconds, owner = '') => {
      const stream = streams.get(name) ?? { events: [], last: 0, characters: 0, isComplete: false };
      const id = String(++stream.last);
      stream.events.push({ id, message });
      stream.characters += lengthOf(message);
      // An event that is too large by itself is not kept either; a client that resumes there learns that it is gone.
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
