import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { QuestionQueue, queueLimits } from '../../lib/oauth/question-queue.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

const settle = () => new Promise(setImmediate);
const busy = { code: 'temporarily_unavailable', retryAfterSeconds: 1 };

/** Questions that are answered when the test says so, and how many are asked at this moment. */
function questions(queue: QuestionQueue) {
  const answers: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const ask = (name: string) =>
    queue.ask(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => answers.push(resolve));
      running -= 1;
      return name;
    });
  return { ask, answers, most: () => most };
}

describe('questions to an authorization server', () => {
  it('are asked a few at a time, in the order in which they came', async () => {
    const { ask, answers, most } = questions(new QuestionQueue({ running: 2, waiting: 3, waitMs: 1000 }));
    const order: string[] = [];
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => ask(name).then((answered) => order.push(answered)));
    while (order.length < 5) {
      answers.shift()?.();
      await settle();
    }
    await Promise.all(all);
    expect(order).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(most()).toBe(2);
  });

  it('are refused at once when too many wait', async () => {
    const { ask, answers } = questions(new QuestionQueue({ running: 1, waiting: 1, waitMs: 1000 }));
    const [first, second] = [ask('a'), ask('b')];
    await expect(ask('c')).rejects.toMatchObject(busy);
    answers.shift()?.();
    await settle();
    answers.shift()?.();
    expect(await Promise.all([first, second])).toEqual(['a', 'b']);
    const third = ask('d');
    answers.shift()?.();
    expect(await third).toBe('d');
  });

  it('are refused when they waited too long, and make room for others then', async () => {
    const { ask, answers } = questions(new QuestionQueue({ running: 1, waiting: 1, waitMs: 1000 }));
    const first = ask('a');
    const second = expect(ask('b')).rejects.toMatchObject(busy);
    jest.advanceTimersByTime(1000);
    await second;
    const third = ask('c');
    answers.shift()?.();
    await settle();
    answers.shift()?.();
    expect(await Promise.all([first, third])).toEqual(['a', 'c']);
  });

  it('get turns by where they come from, however many one sends', async () => {
    const queue = new QuestionQueue({ running: 1, waiting: 6, waitMs: 1000 });
    const order: string[] = [];
    const answers: (() => void)[] = [];
    const ask = (name: string, from: string, isKnown = false) =>
      queue
        .ask(() => new Promise<void>((resolve) => answers.push(resolve)), { from, isKnown })
        .then(() => order.push(name));
    const flood = Array.from({ length: 50 }, (_none, count) => ask(`evil ${String(count)}`, 'evil').catch(() => 0));
    const honest = [ask('ada', 'ada'), ask('bob', 'bob')];
    const known = ask('known', 'evil', true);
    while (order.length < 7) {
      answers.shift()?.();
      await settle();
    }
    // The first ran already. Then what is known, and the others each in turn.
    expect(order).toEqual(['evil 0', 'known', 'evil 1', 'ada', 'bob', 'evil 2', 'evil 3']);
    await Promise.all([...honest, known]);
    expect((await Promise.all(flood)).filter((done) => done === 0)).toHaveLength(46);
  });

  it('of one place are refused before those of others, and no place grows beyond its share', async () => {
    const queue = new QuestionQueue({ running: 1, waiting: 4, waitMs: 1000 });
    const answers: (() => void)[] = [];
    const refused: string[] = [];
    const ask = (name: string) =>
      queue
        .ask(() => new Promise<void>((resolve) => answers.push(resolve)), { from: name })
        .catch(() => refused.push(name));
    const all = ['a', 'a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'].map(ask);
    await settle();
    expect(refused).toEqual(['a', 'a', 'b', 'b']);
    for (let count = 0; count < 5; count += 1) {
      answers.shift()?.();
      await settle();
    }
    await Promise.all(all);
  });

  it('make room also when they fail', async () => {
    const queue = new QuestionQueue(queueLimits(1));
    await expect(queue.ask(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await queue.ask(() => Promise.resolve('up'))).toBe('up');
  });

  it('wait sixteen deep for each that is asked', () => {
    expect(queueLimits(4)).toEqual({ running: 4, waiting: 64, waitMs: 5000 });
  });
});
