/**
 * A text of the document as a model reads it best: without HTML, without runs of blanks, and cut at a word.
 *
 * @param text - Markdown (CommonMark), which is left as it is, or HTML
 * @param maxLength - longest result, in UTF-16 units
 */
export function plainText(text: string, maxLength: number): string {
  const plain = text
    .replace(/<\/?[a-z][a-z0-9]*(?:\s[^<>]*)?\/?>/gi, ' ')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return cutText(plain, maxLength);
}

/**
 * A text, cut at the end of a word and marked as cut.
 *
 * @param text - any text
 * @param maxLength - longest result, in UTF-16 units
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  // Half of a surrogate pair is no character.
  const cut = text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '');
  const lastBlank = cut.search(/\s\S*$/);
  return `${(lastBlank > maxLength / 2 ? cut.slice(0, lastBlank) : cut).trimEnd()}…`;
}
