import { escapeHtml, page } from './page.js';

/**
 * The page for an error that cannot be sent back to the client.
 *
 * @param title - what happened, in a few words
 * @param text - what the person can do
 * @param facts - what a developer looks for, by name
 */
export function errorPage(
  title: string,
  text: string,
  facts: Readonly<Record<string, string | undefined>> = {},
): string {
  const items = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [`<li>${escapeHtml(value)}<code>${escapeHtml(name)}</code></li>`],
  );
  return page(title, `<p>${escapeHtml(text)}</p>${items.length === 0 ? '' : `\n<ul>${items.join('')}</ul>`}`);
}
