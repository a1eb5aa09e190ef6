/**
 * Escapes text for HTML. All texts of definitions, titles, scopes and URLs on the page are escaped here. The page only has them in text
 * and in double-quoted attributes.
 *
 * @param text - anything
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text of a definition, cut and escaped.
 *
 * @param text - what the developer wrote, or what came from somewhere else
 * @param maxLength - in UTF-16 units
 */
export function textOf(text: string, maxLength: number): string {
  const isLong = text.length > maxLength;
  const cut = isLong ? `${text.slice(0, maxLength)}…` : text;
  return escapeHtml(cut.replace(misleading, '\uFFFD'));
}

/** Control characters but for tab and line feed, halves of characters, and characters that change the reading direction. */
const misleading = /(?![\t\n])[\p{Cc}\p{Cs}\u061C\u2028-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/gu;
