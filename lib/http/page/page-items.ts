import type { Catalog } from '../../registry/catalog.js';
import type { CatalogItem } from '../../registry/item.js';
import { noScopes } from '../../oauth/describe-requirement.js';
import { textOf } from './plain-html.js';

/** In UTF-16 units. */
const maxNameLength = 200;
const maxTitleLength = 100;
const maxDescriptionLength = 300;
const maxRequirementLength = 300;

/** The collections that the page lists, in the order of the page. */
const collections = [
  { title: 'Tools', of: ({ tools }: Catalog) => tools.items },
  { title: 'Prompts', of: ({ prompts }: Catalog) => prompts.items },
  { title: 'Resources', of: ({ resources }: Catalog) => resources.items },
  { title: 'Resource templates', of: ({ resourceTemplates }: Catalog) => resourceTemplates.items },
] as const;

/**
 * The lists of a catalog, as they are now. As long as nothing changes they are the same arrays, so that a page that was made
 * of them can be kept.
 */
export function listsOf(catalog: Catalog): readonly (readonly CatalogItem[])[] {
  return collections.map(({ of }) => of(catalog));
}

/**
 * Renders the public items: those whose visibility is `always`.
 *
 * @param lists - from {@link listsOf}
 * @param maxBytes - for all lists together. Items that do not fit are counted instead.
 * @returns HTML; empty without any items
 */
export function renderItems(lists: readonly (readonly CatalogItem[])[], maxBytes: number): string {
  const shown = collections
    .map(({ title }, index) => ({
      title,
      items: (lists[index] ?? []).filter(({ access }) => access.visibility === 'always'),
    }))
    .filter(({ items }) => items.length > 0);
  let left = maxBytes;
  let unfinished = shown.length;
  return shown
    .map(({ title, items }) => {
      // Thousands of tools must not hide that there are prompts: each list gets an equal part of what is left.
      const { html, bytes } = renderList(title, items, left / unfinished);
      left -= bytes;
      unfinished -= 1;
      return html;
    })
    .join('');
}

interface Rendered {
  readonly html: string;
  readonly bytes: number;
}

function renderList(title: string, items: readonly CatalogItem[], maxBytes: number): Rendered {
  const rows: string[] = [];
  let bytes = 0;
  for (const item of items) {
    const row = renderItem(item);
    const length = Buffer.byteLength(row);
    if (bytes + length > maxBytes) break;
    rows.push(row);
    bytes += length;
  }
  const hidden = items.length - rows.length;
  const heading = `<h3>${title} <span class="soft">(${items.length})</span></h3>`;
  const list = rows.length === 0 ? '' : `<ul>${rows.join('')}</ul>`;
  const rest = hidden === 0 ? '' : `<p class="soft">${hidden} more, which clients list in full.</p>`;
  return { html: `${heading}${list}${rest}`, bytes };
}

function renderItem({ key, listing, access }: CatalogItem): string {
  const name = textOf(key, maxNameLength);
  const { title, description } = listing;
  // Tools of an OpenAPI document have their summary as both.
  const hasTitle = typeof title === 'string' && title !== '' && title !== description;
  const shownTitle = hasTitle ? ` <span>${textOf(title, maxTitleLength)}</span>` : '';
  const about = typeof description === 'string' ? `<p dir="auto">${textOf(description, maxDescriptionLength)}</p>` : '';
  return `<li><code>${name}</code>${shownTitle}${about}<p class="soft">${needs(access)}</p></li>`;
}

function needs({ dependsOnArguments, description, authentication, policy }: CatalogItem['access']): string {
  const conditions = [
    dependsOnArguments
      ? 'Scopes depend on the arguments'
      : description === noScopes
        ? 'No scopes'
        : `Scopes: <code>${textOf(description, maxRequirementLength)}</code>`,
    ...(authentication === undefined ? [] : ['a recent or stronger sign-in']),
    ...(policy === undefined ? [] : ['a rule of the server']),
  ];
  return conditions.join('; ');
}
