/** Parts of a pattern: properties, code points, escapes, quantifiers, and single characters. */
const parts = /\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\[^]|\{\d+(?:,\d*)?\}|[^]/gu;

/** Escapes that stand for many characters, so that no range begins or ends with them. */
const manyCharacters = /^\\[dDwWsSpP]/;

/**
 * Rewrites a pattern for the flag `u`. Some patterns need the flag (`\p{L}`) and have parts that it forbids. Examples are `\-` outside a
 * class, a lone bracket, and a hyphen beside `\w` in a class.
 *
 * @param pattern - without other needless escapes
 * @returns a pattern with the same meaning
 */
export function unicodeForm(pattern: string): string {
  const all = pattern.match(parts) ?? [];
  let start = -1;
  return all
    .map((part, index) => {
      if (start < 0) {
        if (part === '[') start = index;
        return outsideClass(part);
      }
      if (part === ']') start = -1;
      return part === '-' && touchesMany(all, index, start) ? '\\-' : part;
    })
    .join('');
}

function outsideClass(part: string): string {
  if (part === '\\-') return '-';
  return part === ']' || part === '{' || part === '}' ? `\\${part}` : part;
}

function touchesMany(all: readonly string[], index: number, start: number): boolean {
  const isFirst = index === start + 1 || (index === start + 2 && all[start + 1] === '^');
  const isLast = all[index + 1] === ']';
  if (isFirst || isLast) return false;
  return manyCharacters.test(all[index - 1] ?? '') || manyCharacters.test(all[index + 1] ?? '');
}
