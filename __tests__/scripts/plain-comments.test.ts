import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Linter } from 'eslint';

const root = path.join(import.meta.dirname, '../..');
const load = createRequire(import.meta.url);
const rule = load('../../scripts/eslint-rules/plain-comments.js') as never;
const notYetPlain = load('../../scripts/eslint-rules/not-yet-plain.json') as readonly string[];

function problemsOf(code: string): readonly string[] {
  const plugins = { ours: { rules: { 'plain-comments': rule } } };
  return new Linter()
    .verify(code, { plugins, rules: { 'ours/plain-comments': 'error' } })
    .map(({ message }) => message);
}

describe('the rule about comments', () => {
  it.each([
    ['// Who sends no token is refused.', 'name the actor'],
    ['/** What a handler returned. */', 'begin with the noun or verb'],
    ['/**\n * Checks it. That it is there is known.\n */', 'begin with the noun that is meant'],
    ['/**\n * Reads it.\n *\n * @returns Nothing for strangers\n */', 'say what the code does'],
    ['// It is held.\n// Of two, the first counts.', 'put the object behind the verb'],
    ['// The text is long. Nothing\n// is cut.', 'say what the code does'],
    ['// A lock that nobody holds.', '“nobody”'],
  ])('refuses %j', (code, advice) => {
    expect(problemsOf(code)).toEqual([expect.stringContaining(advice)]);
  });

  it.each([
    ['// Requests without a token are refused.'],
    ['/** Removes `What` from a text, as in `nobody` and `Of`. */'],
    ['/**\n * Finds it.\n *\n * @example\n * ```ts\n * // Nobody reads this as a sentence.\n * ```\n */'],
    ['// Whether it is there, and what it holds.'],
    ['const What = "Who is nobody?";'],
  ])('takes %j', (code) => {
    expect(problemsOf(code)).toEqual([]);
  });

  it('is off for files that exist only', () => {
    expect(notYetPlain.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });
});
