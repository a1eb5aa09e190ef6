/**
 * The anchor of a heading as GitHub makes it, so that a link works in the repository and on the site alike.
 *
 * @param {string} heading - its text, without the number signs
 * @returns {string} lower case, spaces as hyphens, without punctuation
 */
export function slugify(heading) {
  return heading
    .trim()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}
