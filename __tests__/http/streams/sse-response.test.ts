import { EventEmitter } from 'node:events';
import { describe, expect, it, jest } from '@jest/globals';
import type { Response } from 'express';
import { InvalidTokenError } from '../../../lib/errors/invalid-token-error.js';
import { OpenStreams } from '../../../lib/http/streams/open-streams.js';
import { ConnectionStream } from '../../../lib/http/streams/answer-stream.js';
import { SseResponse } from '../../../lib/http/streams/sse-response.js';
import { authWith } from '../../support/dispatching.js';

/** A response whose connection a test controls; real ones are in streams.test.ts. */
class SteeredResponse extends EventEmitter {
  destroyed = false;
  closed = false;
  writableEnded = false;
  accepts = true;
  readonly written: string[] = [];
  writableLength = 0;
  readonly socket = { bytesWritten: 0, writableLength: 0 };
  flush = jest.fn();
  writeHead(): this {
    return this;
  }
  flushHeaders(): void {
    // The connection is not used.
  }
  write(text: string): boolean {
    this.written.push(text);
    return this.accepts;
  }
  end(): void {
    this.writableEnded = true;
    this.close();
  }
  destroy(): void {
    this.destroyed = true;
    this.close();
  }
  close(): void {
    this.closed = true;
    this.emit('close');
  }
}

function steered({ expiresAt, recheck }: { expiresAt?: number; recheck?: () => Promise<void> } = {}) {
  const response = new SteeredResponse();
  const streams = new OpenStreams(15);
  const auth = expiresAt === undefined ? undefined : authWith([], { expiresAt });
  const sse = new SseResponse(response as unknown as Response, streams, { auth, endpoint: undefined, recheck });
  return { response, streams, sse };
}

describe('a response that is a stream', () => {
  it('is known as long as it is open, and leaves no listener behind', async () => {
    const { response, sse, streams } = steered();
    expect(streams.size).toBe(0);
    await sse.write({ data: 'x', id: '1', retryMs: 5 });
    expect([streams.size, response.written]).toEqual([1, ['id: 1\nretry: 5\ndata: x\n\n']]);
    expect(response.flush).toHaveBeenCalled();
    sse.end();
    sse.end();
    await sse.write({ data: 'late' });
    sse.endForNow(5);
    expect([streams.size, response.written.length]).toEqual([0, 1]);
    expect(response.listenerCount('close')).toBe(0);
    expect(response.listenerCount('drain')).toBe(0);
  });

  it('waits for a slow client, sends it no signs of life meanwhile, and stops waiting when it goes away', async () => {
    const { response, sse } = steered();
    response.accepts = false;
    let isDone = false;
    const writing = Promise.all([sse.write({ data: '1' }), sse.write({ data: '2' })]).then(() => (isDone = true));
    await new Promise(setImmediate);
    sse.keepAlive();
    expect([isDone, response.written.length]).toEqual([false, 2]);
    response.accepts = true;
    response.emit('drain');
    await writing;
    sse.keepAlive();
    expect(response.written.at(-1)).toBe(': keep-alive\n\n');
    response.accepts = false;
    const last = sse.write({ data: '3' });
    response.destroy();
    await last;
    expect(response.listenerCount('drain')).toBe(0);
  });

  it('is given up when the client takes nothing for a minute, so that it cannot hold up a server that closes down', () => {
    const { response, sse, streams } = steered();
    sse.begin();
    // A minute of visits every 15 seconds; four of rarer ones.
    expect([streams.patience, new OpenStreams(7).patience, new OpenStreams(60).patience]).toEqual([4, 9, 4]);
    response.writableLength = 10;
    for (const bytesWritten of [30, 30, 30, 30, 40, 40, 40, 40]) {
      response.socket.bytesWritten = bytesWritten;
      sse.keepAlive();
    }
    // The client read in between, and a client that is behind gets no keep-alive messages.
    expect([response.destroyed, response.written]).toEqual([false, []]);
    response.writableLength = 0;
    sse.keepAlive();
    expect(response.written).toEqual([': keep-alive\n\n']);
    response.writableLength = 10;
    for (let visit = 0; visit < 4; visit += 1) sse.keepAlive();
    expect(response.destroyed).toBe(false);
    sse.keepAlive();
    expect([response.destroyed, streams.size]).toEqual([true, 0]);
  });

  it('is given up as well when it has ended, but its end is not taken', () => {
    const { response, sse, streams } = steered();
    sse.begin();
    response.writableLength = 10;
    response.end = () => {
      response.writableEnded = true;
    };
    sse.end();
    for (let visit = 0; visit <= 5; visit += 1) sse.keepAlive();
    expect([response.destroyed, streams.size]).toEqual([true, 0]);
  });

  it('tells of its end also those who ask late, and of its close those who come after', async () => {
    const { response, sse, streams } = steered();
    sse.begin();
    streams.close();
    const reasons: unknown[] = [];
    const stop = sse.onEnding((reason) => reasons.push(reason));
    expect(reasons).toEqual([undefined]);
    stop();
    sse.bringToEnd(new InvalidTokenError('revoked'));
    expect([reasons.length, response.writableEnded]).toEqual([1, true]);
    const closed = jest.fn();
    sse.onClose(closed);
    expect(closed).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('that begins while the server closes is brought to its end at once', () => {
    const { sse, streams } = steered();
    streams.close();
    const heard = jest.fn();
    sse.onEnding(heard);
    sse.begin();
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('does not begin where there is nobody any more', async () => {
    const { response, sse, streams } = steered();
    response.destroy();
    sse.begin();
    await sse.write({ data: 'x' });
    expect([sse.hasBegun, streams.size, response.written]).toEqual([false, 0, []]);
  });

  it('waits for the end of a token in steps that fit into a timer', () => {
    jest.useFakeTimers();
    try {
      const aMonth = 30 * 86_400;
      const { response, sse } = steered({ expiresAt: Math.floor(Date.now() / 1000) + aMonth });
      sse.begin();
      jest.advanceTimersByTime((aMonth - 60) * 1000);
      expect(response.writableEnded).toBe(false);
      jest.advanceTimersByTime(120_000);
      expect(response.writableEnded).toBe(true);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('keeps no timer for a token that ends long after the next visit', () => {
    jest.useFakeTimers();
    try {
      const now = Math.floor(Date.now() / 1000);
      const before = jest.getTimerCount();
      // The visit itself is one; for a long timer that is cleared early, Node would keep memory until its time.
      steered({ expiresAt: now + 3600 }).sse.begin();
      expect(jest.getTimerCount() - before).toBe(1);
      const { response, sse } = steered({ expiresAt: now + 3600 });
      sse.begin();
      jest.advanceTimersByTime(3_599_000);
      expect(response.writableEnded).toBe(false);
      jest.advanceTimersByTime(1001);
      expect(response.writableEnded).toBe(true);
    } finally {
      jest.useRealTimers();
    }
  });

  it('survives whatever is to be kept alive with it', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      const { response, sse } = steered({ recheck: () => Promise.reject(new Error('store is down')) });
      sse.begin();
      sse.onKeepAlive(() => Promise.reject(new Error('down')));
      sse.onKeepAlive(() => {
        throw new Error('down');
      });
      jest.advanceTimersByTime(30_000);
      // Promises only: whatever else this process has to do would set fake timers, too.
      for (let turn = 0; turn < 100; turn++) await Promise.resolve();
      expect(response.written).toEqual([': keep-alive\n\n', ': keep-alive\n\n']);
      sse.end();
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('has no way back for clients without a session', async () => {
    const { response, sse } = steered();
    const stream = new ConnectionStream(sse, false);
    stream.closeConnection();
    await stream.send('dropped');
    expect([stream.hasBegun, response.writableEnded]).toEqual([false, false]);
  });
});
