import { describe, expect, it } from '@jest/globals';
import { Cancelling, neverCancelled } from '../../../lib/server/cancellation/cancellation.js';

describe('a cancellation', () => {
  it('tells each listener once, with the first reason', () => {
    const cancelling = new Cancelling();
    const heard: unknown[] = [];
    const hear = (): void => {
      heard.push(cancelling.reason);
    };
    cancelling.onCancelled(hear);
    // The same function again is another listener.
    cancelling.onCancelled(hear);
    expect([cancelling.isCancelled, cancelling.listeners]).toEqual([false, 2]);
    cancelling.cancel('first');
    cancelling.cancel('second');
    expect(heard).toEqual(['first', 'first']);
    expect([cancelling.isCancelled, cancelling.listeners]).toEqual([true, 0]);
  });

  it('tells who comes too late at once, and nobody who stopped', () => {
    const cancelling = new Cancelling();
    const heard: string[] = [];
    const stop = cancelling.onCancelled(() => heard.push('stopped'));
    stop();
    cancelling.cancel();
    const stopLate = cancelling.onCancelled(() => heard.push('late'));
    stopLate();
    expect(heard).toEqual(['late']);
    expect(cancelling.reason).toBeUndefined();
  });

  it('may never come', () => {
    const stop = neverCancelled.onCancelled(() => {
      throw new Error('It came');
    });
    stop();
    expect([neverCancelled.isCancelled, neverCancelled.reason]).toEqual([false, undefined]);
  });
});
