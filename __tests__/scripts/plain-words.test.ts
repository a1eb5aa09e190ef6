import { describe, expect, it } from '@jest/globals';
import { checkPages, problemsOf } from '../../scripts/plain-words.mjs';

describe('the check of words in pages', () => {
  it.each([
    ['Who sends no token is refused by it.', 'name the actor'],
    ['It is sent.\n\nWhat the handler returned is checked.', 'begin with the noun or verb'],
    ['- Of two verifiers, the first one counts.', 'put the object behind the verb'],
    [
      '| option | meaning |\n| --- | --- |\n| `a` | That it ends is known before. |',
      'begin with the noun that is meant',
    ],
    ['A request of nobody is refused.', '“nobody”'],
    ['The request was\ncalled off by its client.', '“called off”'],
    [`${'word '.repeat(35)}end.`, 'has 36 words'],
  ])('refuses %j', (page, advice) => {
    expect(problemsOf(page)).toEqual([expect.stringContaining(advice)]);
  });

  it.each([
    ['What do hosts do with a 403?'],
    ['# What a handler returns, and what becomes of it'],
    ['[Who sees an item in lists](scopes.md#who-sees-an-item-in-lists)'],
    ['```ts\n// What nobody reads as a sentence of a page.\n```'],
    ['It is `nobody` that `Who is what there is` names.'],
    [`${'word '.repeat(34)}end. ${'word '.repeat(34)}end.`],
    ['| error | What it means |'],
  ])('takes %j', (page) => {
    expect(problemsOf(page)).toEqual([]);
  });

  it('finds no problem in the pages of this repository', () => {
    expect(checkPages()).toEqual([]);
  });
});
