import { NotUnderstood } from './not-understood.js';

/**
 * The code of a JavaScript or TypeScript file with spaces in place of comments, and of what is inside strings, templates and
 * regular expressions. It has the length of the file, so that what is found in it is at the same place in the file.
 *
 * @param text - the file
 * @throws NotUnderstood if something does not end, or brackets do not match
 */
export function maskCode(text: string): string {
  let mask = '';
  while (mask.length < text.length) {
    const { end, isCode, edge } = endOfToken(text, mask.length, mask.slice(-maxWordLength));
    if (end === -1) throw new NotUnderstood('a comment, a string or a regular expression in it does not end');
    const token = text.slice(mask.length, end);
    mask += isCode ? token : blank(token, edge);
  }
  assertBrackets(mask);
  return mask;
}

/** In UTF-16 units: enough to see the keyword in front of a slash. */
const maxWordLength = 40;

interface Token {
  /** -1 if it does not end. */
  readonly end: number;
  readonly isCode: boolean;
  /** How many characters are kept at both ends: 1 for quotes, 0 for comments. */
  readonly edge: 0 | 1;
}

function endOfToken(text: string, start: number, before: string): Token {
  const hidden = (end: number, edge: 0 | 1): Token => ({ end, isCode: false, edge });
  const character = text[start] ?? '';
  const two = text.slice(start, start + 2);
  if (two === '//' || (two === '#!' && start === 0)) return hidden(endOfLine(text, start), 0);
  if (two === '/*') {
    const close = text.indexOf('*/', start + 2);
    return hidden(close === -1 ? -1 : close + 2, 0);
  }
  if (character === '"' || character === "'") return hidden(endOfQuoted(text, start, character), 1);
  if (character === '`') return hidden(endOfTemplate(text, start), 1);
  if (character === '/' && mayBeginExpression(before)) return hidden(endOfRegularExpression(text, start), 1);
  return { end: start + 1, isCode: true, edge: 0 };
}

function blank(token: string, edge: 0 | 1): string {
  const inside = token.slice(edge, token.length - edge).replace(/[^\r\n]/g, ' ');
  return edge === 0 ? inside : `${token[0] ?? ''}${inside}${token.at(-1) ?? ''}`;
}

/** The end of a line, without what ends it. */
export function endOfLine(text: string, from: number): number {
  const found = /\r?\n/.exec(text.slice(from));
  return found === null ? text.length : from + found.index;
}

function endOfQuoted(text: string, start: number, quote: string): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === quote) return index + 1;
    else if (character === '\n') return -1;
  }
  return -1;
}

/** Expressions in a template may have templates and strings in them. */
function endOfTemplate(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === '`') return index + 1;
    else if (character === '$' && text[index + 1] === '{') {
      index = endOfExpression(text, index + 2);
      if (index === -1) return -1;
    }
  }
  return -1;
}

/** The place of the brace that ends an expression in a template. */
function endOfExpression(text: string, start: number): number {
  let depth = 1;
  let index = start;
  while (index < text.length) {
    const { end, isCode } = endOfToken(text, index, text.slice(Math.max(start, index - maxWordLength), index));
    if (end === -1) return -1;
    if (isCode && text[index] === '{') depth += 1;
    if (isCode && text[index] === '}') depth -= 1;
    if (depth === 0) return index;
    index = end;
  }
  return -1;
}

/** Whether a slash behind this code begins a regular expression; else it divides. */
function mayBeginExpression(before: string): boolean {
  const code = before.trimEnd();
  if (code === '' || /[(,=:[!&|?{};+\-*%<>~^]$/.test(code)) return true;
  return /(?:^|[^.\w$])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|instanceof|yield|await)$/.test(code);
}

function endOfRegularExpression(text: string, start: number): number {
  let isInClass = false;
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === '[') isInClass = true;
    else if (character === ']') isInClass = false;
    else if (character === '\n') return -1;
    else if (character === '/' && !isInClass) return index + 1;
  }
  return -1;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

function assertBrackets(mask: string): void {
  const expected: string[] = [];
  for (const character of mask) {
    const close = closing[character];
    if (close !== undefined) expected.push(close);
    else if (/[)\]}]/.test(character) && expected.pop() !== character) {
      throw new NotUnderstood('its brackets do not match');
    }
  }
  if (expected.length > 0) throw new NotUnderstood('its brackets do not match');
}

/**
 * The brackets that are open at a place, outermost first.
 *
 * @returns their places
 */
export function openBrackets(mask: string, place: number): readonly number[] {
  const open: number[] = [];
  for (let index = 0; index < place; index += 1) {
    const character = mask[index] ?? '';
    if (closing[character] !== undefined) open.push(index);
    else if (/[)\]}]/.test(character)) open.pop();
  }
  return open;
}

/** The place behind the bracket that closes the one at `open`. */
export function behindBracket(mask: string, open: number): number {
  let depth = 0;
  for (let index = open; index < mask.length; index += 1) {
    if (closing[mask[index] ?? ''] !== undefined) depth += 1;
    else if (/[)\]}]/.test(mask[index] ?? '')) depth -= 1;
    if (depth === 0) return index + 1;
  }
  return mask.length;
}
