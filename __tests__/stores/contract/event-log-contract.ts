import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { EventLog, EventsAfter } from '../../../lib/index.js';

/**
 * The contract of every event log.
 *
 * @param open - two views of the same log, as two processes have them
 * @param openSmall - a log that keeps three events of each stream
 */
export function eventLogContract(open: () => readonly [EventLog, EventLog], openSmall: () => EventLog): void {
  describe('an event log', () => {
    const id = (): string => `${crypto.randomUUID()}.${crypto.randomUUID()}`;
    const messages = (after: EventsAfter | undefined): readonly string[] | undefined =>
      after?.events.map(({ message }) => message);
    /** Page by page, to the end of a stream that is complete. */
    const readAll = async (log: EventLog, stream: string, begin: string): Promise<readonly string[]> => {
      const read: string[] = [];
      let after = begin;
      for (let isComplete = false; !isComplete;) {
        const page = await log.readAfter(stream, after);
        read.push(...(messages(page) ?? []));
        after = page?.events.at(-1)?.id ?? after;
        isComplete = page?.isComplete ?? true;
      }
      return read;
    };

    it('gives back what came after a place, with the places', async () => {
      const [a, b] = open();
      const stream = id();
      const first = await a.append(stream, '', false, 60);
      const second = await b.append(stream, '{"text":"ü\\n"}', false, 60);
      const third = await a.append(stream, 'three', false, 60);
      expect(await b.readAfter(stream, first)).toEqual({
        events: [
          { id: second, message: '{"text":"ü\\n"}' },
          { id: third, message: 'three' },
        ],
        isComplete: false,
      });
      expect(await a.readAfter(stream, second)).toEqual({
        events: [{ id: third, message: 'three' }],
        isComplete: false,
      });
      expect(await a.readAfter(stream, third)).toEqual({ events: [], isComplete: false });
      expect([first, second, third].filter((place) => !/^[\d-]{1,64}$/.test(place))).toEqual([]);
    });

    it('says when a stream is complete', async () => {
      const [a, b] = open();
      const stream = id();
      const first = await a.append(stream, 'one', false, 60);
      const last = await a.append(stream, 'two', true, 60);
      expect(await b.readAfter(stream, first)).toEqual({ events: [{ id: last, message: 'two' }], isComplete: true });
      expect(await b.readAfter(stream, last)).toEqual({ events: [], isComplete: true });
    });

    it('keeps streams apart', async () => {
      const [a, b] = open();
      const [one, two] = [id(), id()];
      const place = await a.append(one, 'one', false, 60);
      await a.append(two, 'two', true, 60);
      expect(await b.readAfter(one, place)).toEqual({ events: [], isComplete: false });
      expect(await b.readAfter(id(), place)).toBeUndefined();
    });

    it('gives places that grow, also of many at the same moment', async () => {
      const [a, b] = open();
      const stream = id();
      const first = await a.append(stream, 'begin', false, 60);
      const places = await Promise.all(
        Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? a : b).append(stream, String(index), false, 60)),
      );
      const { events = [] } = (await b.readAfter(stream, first)) ?? {};
      expect(events.map((event) => event.id)).toEqual([...places].sort((one, other) => Number(one) - Number(other)));
      expect(new Set(places).size).toBe(40);
    });

    it('hands out a long stream without losing or repeating anything', async () => {
      const [a, b] = open();
      const stream = id();
      const after = await a.append(stream, 'begin', false, 60);
      const texts = Array.from({ length: 500 }, (_, index) => `message ${index}`);
      for (const text of texts) await a.append(stream, text, text === 'message 499', 60);
      const read = await readAll(b, stream, after);
      expect(read).toEqual(texts);
    });

    it('hands out long messages without losing or repeating anything', async () => {
      const [a, b] = open();
      const stream = id();
      const after = await a.append(stream, 'begin', false, 60);
      const texts = ['x', 'y', 'z', 'last'].map((text) => text.repeat(200_000));
      for (const text of texts) await a.append(stream, text, text.startsWith('last'), 60);
      const read = await readAll(b, stream, after);
      expect(read.map((text) => [text.length, text[0]])).toEqual(texts.map((text) => [text.length, text[0]]));
    });

    it('knows no place that it never gave', async () => {
      const [a, b] = open();
      const stream = id();
      const place = await a.append(stream, 'one', false, 60);
      for (const wrong of [String(Number(place) + 1), '-', '', '0-0-0', 'x', '9'.repeat(60), '-1']) {
        expect([wrong, await b.readAfter(stream, wrong)]).toEqual([wrong, undefined]);
      }
    });

    it('does not reach back to what it dropped', async () => {
      const log = openSmall();
      const stream = id();
      const places: string[] = [];
      for (const text of ['one', 'two', 'three', 'four', 'five']) {
        places.push(await log.append(stream, text, false, 60));
      }
      const [one = '', two = '', three = ''] = places;
      expect(messages(await log.readAfter(stream, one))).toBeUndefined();
      // The event of the place itself was dropped, but none after it.
      expect(messages(await log.readAfter(stream, two))).toEqual(['three', 'four', 'five']);
      expect(messages(await log.readAfter(stream, three))).toEqual(['four', 'five']);
    });

    it('forgets a stream when its time is over, and takes it up again as another', async () => {
      const [a, b] = open();
      const stream = id();
      const place = await a.append(stream, 'one', false, 0.05);
      await pause(120);
      expect(await b.readAfter(stream, place)).toBeUndefined();
    });

    it('counts the time from the last event', async () => {
      const [a, b] = open();
      const stream = id();
      const place = await a.append(stream, 'one', false, 2);
      await b.append(stream, 'two', false, 60);
      await pause(2100);
      expect(messages(await a.readAfter(stream, place))).toEqual(['two']);
    });
  });
}
