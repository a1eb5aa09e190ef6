import { describe, expect, it } from '@jest/globals';
import { GatheredRevocations } from '../../lib/oauth/gathered-revocations.js';
import { memoryRevocationStore } from '../../lib/stores/revocation-store.js';

/** A store that remembers what it was asked. */
async function asked() {
  const store = memoryRevocationStore();
  await store.revoke('bob', 7, 60);
  const questions: (readonly string[])[] = [];
  const gathered = new GatheredRevocations({
    revokedAt: (keys) => {
      questions.push(keys);
      return store.revokedAt(keys);
    },
  });
  return { gathered, questions, store };
}

describe('questions about revocations', () => {
  it('in one go are one question, and everybody gets the own answer', async () => {
    const { gathered, questions } = await asked();
    const answers = await Promise.all([
      gathered.revokedAt(['ada', 'bob']),
      gathered.revokedAt(['bob']),
      gathered.revokedAt(['bob', 'cleo', 'ada']),
    ]);
    expect(answers).toEqual([[undefined, 7], [7], [7, undefined, undefined]]);
    expect(questions).toEqual([['ada', 'bob', 'cleo']]);
  });

  it('that come later are asked anew, so that a revocation counts at once', async () => {
    const { gathered, questions, store } = await asked();
    expect(await gathered.revokedAt(['ada'])).toEqual([undefined]);
    await store.revoke('ada', 8, 60);
    expect(await gathered.revokedAt(['ada'])).toEqual([8]);
    expect(questions).toEqual([['ada'], ['ada']]);
  });

  it('are a thousand at once', async () => {
    const { gathered, questions } = await asked();
    const keys = Array.from({ length: 2500 }, (_each, index) => String(index));
    const answers = await Promise.all([...keys, 'bob'].map((key) => gathered.revokedAt([key])));
    expect(questions.map(({ length }) => length)).toEqual([1000, 1000, 501]);
    expect(answers.findIndex(([time]) => time === 7)).toBe(2500);
  });

  it('fail together when the store cannot tell, and the next are asked again', async () => {
    let isAway = true;
    const gathered = new GatheredRevocations({
      revokedAt: (keys) => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(keys.map(() => 1))),
    });
    const outcomes = await Promise.allSettled([gathered.revokedAt(['ada']), gathered.revokedAt(['bob'])]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isAway = false;
    expect(await gathered.revokedAt(['ada'])).toEqual([1]);
  });
});
