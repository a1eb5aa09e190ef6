import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { MessageBus } from '../../../lib/index.js';

/** The contract of every message bus. @param open - two views of the same bus, as two processes have them */
export function messageBusContract(open: () => readonly [MessageBus, MessageBus]): void {
  describe('a message bus', () => {
    const topic = (): string => `topic.${crypto.randomUUID()}`;
    const until = async (isSo: () => boolean): Promise<void> => {
      const began = performance.now();
      while (!isSo()) {
        if (performance.now() - began > 20_000) throw new Error('A message did not arrive within 20 seconds');
        await pause(5);
      }
    };

    it('hands a message to every listener of the topic, in order, and to no other', async () => {
      const [a, b] = open();
      const [here, there] = [topic(), topic()];
      const heard: string[] = [];
      const of = (name: string) => (message: string) => {
        heard.push(`${name} ${message}`);
      };
      await a.subscribe(here, of('a1'));
      await a.subscribe(here, of('a2'));
      await b.subscribe(here, of('b'));
      await b.subscribe(there, of('other'));
      await a.publish(here, 'one');
      await until(() => heard.length === 3);
      await b.publish(here, '{"text":"ü\\n"}');
      await until(() => heard.length === 6);
      await b.publish(there, '');
      await until(() => heard.length === 7);
      expect(heard.slice(0, 3).sort()).toEqual(['a1 one', 'a2 one', 'b one']);
      expect(heard.slice(3, 6).sort()).toEqual(['a1 {"text":"ü\\n"}', 'a2 {"text":"ü\\n"}', 'b {"text":"ü\\n"}']);
      expect(heard[6]).toBe('other ');
    });

    it('listens from the moment that the promise resolves', async () => {
      const [a, b] = open();
      for (let round = 0; round < 20; round += 1) {
        const name = topic();
        const heard: string[] = [];
        await b.subscribe(name, (message) => heard.push(message));
        await a.publish(name, 'now');
        await until(() => heard.length === 1);
        expect(heard).toEqual(['now']);
      }
    });

    it('lets the same function be there twice, and ends each by itself', async () => {
      const [a, b] = open();
      const name = topic();
      const heard: string[] = [];
      const listener = (message: string): void => {
        heard.push(message);
      };
      const stopOne = await a.subscribe(name, listener);
      const stopTwo = await a.subscribe(name, listener);
      await b.publish(name, 'both');
      await until(() => heard.length === 2);
      await stopOne();
      await stopOne();
      await b.publish(name, 'one');
      await until(() => heard.length === 3);
      await stopTwo();
      // Another listener there tells when the message has arrived: in a cluster it reaches the node of `a` after `publish` resolves.
      const passed: string[] = [];
      const stopWitness = await a.subscribe(name, (message) => passed.push(message));
      await b.publish(name, 'to others');
      await until(() => passed.length === 1);
      await stopWitness();
      await a.subscribe(name, listener);
      await b.publish(name, 'again');
      await until(() => heard.length === 4);
      expect(heard).toEqual(['both', 'both', 'one', 'again']);
    });

    it('loses nothing when topics are left and taken up again at the same moment', async () => {
      const [a, b] = open();
      const name = topic();
      for (let round = 0; round < 30; round += 1) {
        const heard: string[] = [];
        const stopOld = await a.subscribe(name, () => undefined);
        const [, stop] = await Promise.all([stopOld(), a.subscribe(name, (message) => heard.push(message))]);
        await b.publish(name, String(round));
        await until(() => heard.length === 1);
        expect(heard).toEqual([String(round)]);
        await stop();
      }
    });
  });
}
