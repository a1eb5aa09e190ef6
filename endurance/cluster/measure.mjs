import { getHeapStatistics } from 'node:v8';
import { spanCounts } from './span-counts.mjs';

/** Counts what a node holds, by standing beside the router. */
export class Meter {
  #listeners = 0;
  #requests = 0;
  #streams = 0;

  /** @returns a bus that does the same, and whose listeners are counted */
  counting(bus) {
    return {
      publish: (topic, message) => bus.publish(topic, message),
      subscribe: async (topic, listener) => {
        const stop = await bus.subscribe(topic, listener);
        this.#listeners += 1;
        let isOver = false;
        return async () => {
          if (!isOver) this.#listeners -= 1;
          isOver = true;
          await stop();
        };
      },
      close: () => bus.close(),
    };
  }

  /** Sees every request from its beginning to the end of its connection, and which of them are streams. */
  middleware = (_request, response, next) => {
    this.#requests += 1;
    let isStream = false;
    const { writeHead } = response;
    response.writeHead = (status, ...rest) => {
      isStream = rest.some((headers) => headers?.['Content-Type'] === 'text/event-stream');
      if (isStream) this.#streams += 1;
      return writeHead.call(response, status, ...rest);
    };
    response.once('close', () => {
      this.#requests -= 1;
      if (isStream) this.#streams -= 1;
    });
    next();
  };

  /** Bytes after a garbage collection; handles by kind; what is open. */
  async measure() {
    // Twice: what the first one finds to finalise, the second one frees.
    globalThis.gc();
    await new Promise(setImmediate);
    globalThis.gc();
    const handles = {};
    for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
    return {
      rss: process.memoryUsage.rss(),
      heapUsed: getHeapStatistics().used_heap_size,
      handles,
      busListeners: this.#listeners,
      openStreams: this.#streams,
      runningRequests: this.#requests,
      spans: structuredClone(spanCounts),
    };
  }
}
