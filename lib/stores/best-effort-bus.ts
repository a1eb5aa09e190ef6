import type { MessageBus, MessageListener } from './message-bus.js';

const retryMs = 500;
const nothingToEnd = (): Promise<void> => Promise.resolve();

/**
 * Publishes without waiting. A bus that fails loses a notification; it must neither fail the operation that is announced nor end the
 * process.
 *
 * @param topic - see `MessageBus`
 */
export function publishQuietly(bus: MessageBus, topic: string, message: string): void {
  void attempt(() => bus.publish(topic, message), undefined);
}

/**
 * Listens, and hears nothing as long as the bus cannot be reached: that costs what other processes tell, not the start of this one. It
 * is tried again until it works or is ended. A message that its listener cannot read is a mistake in the set-up, such as a bus that
 * another program uses, and is ignored.
 *
 * @returns a function that ends it and does not fail
 */
export async function subscribeQuietly(
  bus: MessageBus,
  topic: string,
  listener: MessageListener,
): Promise<() => Promise<void>> {
  let unsubscribe = nothingToEnd;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const subscribe = async (): Promise<void> => {
    const begun = await attempt(() => bus.subscribe(topic, tolerant(listener)), undefined);
    if (begun === undefined && !isOver) timer = setTimeout(() => void subscribe(), retryMs).unref();
    // Ended while the attempt was under way, so no other code ends it.
    else if (isOver) await attempt(begun ?? nothingToEnd, undefined);
    else unsubscribe = begun ?? nothingToEnd;
  };
  await subscribe();
  return () => {
    isOver = true;
    clearTimeout(timer);
    return attempt(unsubscribe, undefined);
  };
}

/** A listener that never throws into the bus, whose other listeners have nothing to do with it. */
export function tolerant(listener: MessageListener): MessageListener {
  return (message) => {
    try {
      listener(message);
    } catch {
      // Messages that another program wrote are ignored.
    }
  };
}

/** Async, so that a store that throws and one that rejects look the same. */
async function attempt<T>(act: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await act();
  } catch {
    return otherwise;
  }
}
