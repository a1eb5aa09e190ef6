import { describe, expect, it } from '@jest/globals';
import { problemsOfRule } from './problems-of-rule.js';

const problemsOf = (code: string) => problemsOfRule('plain-messages', code);

describe('the rule about messages', () => {
  it.each([
    ["fail('Nobody signed in within five minutes.');", '“Nobody”'],
    ["advise('Nothing, unless clients are web pages.');", 'say what the code does'],
    ['fail(`${name} is wrong. That is no access token.`);', 'begin with the noun that is meant'],
    ["fail('Give it a name. ' + 'Of two, the first counts.');", 'put the object behind the verb'],
    ['fail(`${name} is known ` + `to whoever reads it`);', '“whoever”'],
  ])('refuses %s', (code, advice) => {
    expect(problemsOf(code)).toEqual([expect.stringContaining(advice)]);
  });

  it.each([
    ["fail('The sign-in did not end within five minutes.');"],
    ["const owner = 'nobody';"],
    ["const kind = 'Who knows';"],
    ["import { x } from 'nobody';"],
    ['const sum = 1 + count;'],
  ])('takes %s', (code) => {
    expect(problemsOf(code)).toEqual([]);
  });
});
