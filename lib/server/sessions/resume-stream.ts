import { ProtocolError } from '../../errors/protocol-error.js';
import type { EventsAfter } from '../../stores/event-log.js';
import { authorizeScopes } from '../authorization/authorize.js';
import type { Caller } from '../authorization/caller.js';
import type { EventSink } from './event-sink.js';
import { fromStorage } from '../../stores/storage-unavailable.js';
import type { StreamName, StreamStores } from './resumable-stream.js';
import { eventId, nameOf, topicOf } from './resumable-stream.js';
import { scopesOfStream } from './stream-demand.js';

/** A place in a stream. */
export interface StreamPlace extends StreamName {
  /** The last event that the client has. */
  readonly after: string;
}

/**
 * The place that a `Last-Event-ID` names.
 *
 * @throws ProtocolError `invalid_event_id`
 */
export function readEventId(sessionId: string, lastEventId: string): StreamPlace {
  const [, streamId, after] = /^([\w-]{1,64}(?:\.[\w-]{1,2048})?)_([\d-]{1,64})$/.exec(lastEventId) ?? [];
  if (streamId === undefined || after === undefined) throw new ProtocolError('invalid_event_id');
  return { sessionId, streamId, after };
}

/**
 * Sends what a client missed of a stream, and then what comes, until the stream is complete or the client leaves. The stream may be
 * written in another process.
 *
 * @param caller - who comes back for it, perhaps with another token than the one that it was begun with
 * @throws ProtocolError `invalid_event_id` when the stream, or that part of it, is not kept any more
 * @throws InsufficientScopeError when the caller lacks scopes that were needed for what the stream tells
 * @throws ProtocolError `storage_unavailable`
 */
export async function resumeStream(
  place: StreamPlace,
  { bus, log }: StreamStores,
  { sink, caller }: { readonly sink: EventSink; readonly caller: Caller },
): Promise<void> {
  let wake: () => void = () => undefined;
  // Before reading, so that nothing falls in between.
  const unsubscribe = await fromStorage(() =>
    bus.subscribe(topicOf(place), () => {
      wake();
    }),
  );
  const stopListening = sink.onClose(() => {
    wake();
  });
  // A wake-up that the bus lost would otherwise cost the answer, and a stream that was forgotten would never end.
  sink.onKeepAlive(() => {
    wake();
  });
  try {
    let { after } = place;
    for (;;) {
      // Also before reading: what is logged meanwhile wakes at once.
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const missed = await fromStorage(() => log.readAfter(nameOf(place), after));
      if (missed === undefined) throw new ProtocolError('invalid_event_id');
      // Only now: an id under which nothing is kept says nothing.
      authorizeScopes(scopesOfStream(place.streamId), caller);
      sink.begin();
      after = await replay(missed, place, sink, after);
      if (missed.isComplete || !sink.isOpen) break;
      if (missed.events.length === 0) await woken;
    }
  } finally {
    stopListening();
    await unsubscribe().catch(() => undefined);
  }
}

async function replay({ events }: EventsAfter, place: StreamPlace, sink: EventSink, after: string): Promise<string> {
  for (const { id, message } of events) {
    // An event that only marked a place says nothing to who is past it.
    if (message !== '') await sink.write({ id: eventId(place, id), data: message });
  }
  return events.at(-1)?.id ?? after;
}
