import { describe, expect, it } from '@jest/globals';
import { problemsOfRule } from './problems-of-rule.js';

const problemsOf = (code: string) => problemsOfRule('plain-comments', code);

describe('the rule about comments', () => {
  it.each([
    ['// Who sends no token is refused.', 'name the actor'],
    ['/** What a handler returned. */', 'begin with the noun or verb'],
    ['/**\n * Checks it. That it is there is known.\n */', 'begin with the noun that is meant'],
    ['/**\n * Reads it.\n *\n * @returns Nothing for strangers\n */', 'say what the code does'],
    ['// It is held.\n// Of two, the first counts.', 'put the object behind the verb'],
    ['// The text is long. Nothing\n// is cut.', 'say what the code does'],
    ['// A lock that nobody holds.', '“nobody”'],
    ['// Calls a request off. It was called off.', 'cancel'],
    ['// Ends it and thereby its stream.', '“thereby”'],
    ['// The same for tasks, likewise.', '“likewise”'],
    ['// Two streams, one of which is new.', '“of which”'],
    [`// ${'word '.repeat(26)}end.`, 'has 27 words'],
    ['const mostTries = 3;', '`max…` or `min…` instead of `mostTries`'],
  ])('refuses %j', (code, advice) => {
    expect(problemsOf(code)).toEqual([expect.stringContaining(advice)]);
  });

  it.each([
    ['// Requests without a token are refused.'],
    ['/** Removes `What` from a text, as in `nobody` and `Of`. */'],
    ['/**\n * Finds it.\n *\n * @example\n * ```ts\n * // Nobody reads this as a sentence.\n * ```\n */'],
    ['// Whether it is there, and what it holds.'],
    ['const What = "Who is nobody?";'],
    [`// ${'word '.repeat(24)}end. ${'word '.repeat(24)}end.`],
    ['const maxTries = 3; let mostRecent; const longest = 2;'],
  ])('takes %j', (code) => {
    expect(problemsOf(code)).toEqual([]);
  });
});
