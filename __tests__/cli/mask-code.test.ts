import { describe, expect, it } from '@jest/globals';
import { behindBracket, endOfLine, maskCode, openBrackets } from '../../lib/cli/init/mask-code.js';
import { NotUnderstood } from '../../lib/cli/init/not-understood.js';

describe('maskCode', () => {
  it.each<[string, string, string]>([
    ['a comment to the end of its line', 'a; // app.use()\nb;', 'a;             \nb;'],
    ['a comment to the end of the file', 'a; // b', 'a;     '],
    ['the line that names the interpreter', '#!/usr/bin/env node\na', '                   \na'],
    ['a comment of several lines', 'a /* (\n( */ b', 'a     \n     b'],
    ['a string', `f('app.use("(")')`, `f('            ')`],
    ['an escaped quote', String.raw`f("a\"(")`, 'f("    ")'],
    ['a template', 'f(`(${a}`)', 'f(`     `)'],
    ['a template in a template', 'f(`${g(`${x}(`)}`)', 'f(`             `)'],
    ['braces in an expression of a template', 'f(`${{ a: "}" }.a}`)', 'f(`               `)'],
    ['an escaped dollar in a template', 'f(`\\${`)', 'f(`   `)'],
    ['a dollar alone in a template', 'f(`$a$`)', 'f(`   `)'],
    ['a regular expression', 'f(/[/(]\\/(/)', 'f(/       /)'],
    ['a regular expression after a keyword', 'return /(/', 'return / /'],
    ['a division', 'a / b / (c)', 'a / b / (c)'],
    ['a division after a member called as a keyword', 'a.of / 2 / (c)', 'a.of / 2 / (c)'],
  ])('hides %s', (_what, text, mask) => {
    expect(maskCode(text)).toBe(mask);
  });

  it.each([
    ['a comment', 'a /* b'],
    ['a string at the end of its line', 'f("a\n")'],
    ['a string at the end of the file', 'f("a'],
    ['a template', 'f(`a'],
    ['an expression of a template', 'f(`${a'],
    ['a string in an expression of a template', 'f(`${"a`)'],
    ['a regular expression at the end of its line', 'f(/a\n/)'],
    ['a regular expression at the end of the file', 'f(/a'],
  ])('refuses %s that does not end', (_what, text) => {
    expect(() => maskCode(text)).toThrow(NotUnderstood);
    expect(() => maskCode(text)).toThrow('does not end');
  });

  it.each(['f(', 'f)', 'f(]', '{[}]'])('refuses brackets that do not match: %s', (text) => {
    expect(() => maskCode(text)).toThrow('its brackets do not match');
  });
});

describe('places in masked code', () => {
  it('finds the end of a line, with and without a line behind it', () => {
    expect([endOfLine('ab\r\nc', 0), endOfLine('ab\nc', 1), endOfLine('ab', 1)]).toEqual([2, 2, 2]);
  });

  it('finds the brackets that are open at a place, outermost first', () => {
    expect(openBrackets('a(b[c]{d', 7)).toEqual([1, 6]);
  });

  it('finds the place behind a bracket, or the end of the file', () => {
    expect([behindBracket('f(a[b])c', 1), behindBracket('f(a', 1)]).toEqual([7, 3]);
  });
});
