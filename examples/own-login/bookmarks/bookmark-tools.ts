import type { Request } from 'express';
import { createRegistry, ToolError } from 'express-mcp';
import type { Registry } from 'express-mcp';
import type { Bookmarks } from './bookmarks.js';
import { isWebAddress } from './bookmarks.js';

/** Descriptions of the scopes for the consent page. */
export const scopes: Readonly<Record<string, string>> = {
  'bookmarks:read': 'See your bookmarks',
  'bookmarks:write': 'Add and delete bookmarks',
};

/** The scope for writing includes reading. */
export const scopeHierarchy = { 'bookmarks:write': ['bookmarks:read'] };

const bookmark = {
  type: 'object',
  properties: { id: { type: 'string' }, url: { type: 'string' }, title: { type: 'string' } },
  required: ['id', 'url', 'title'],
} as const;

/** The app as tools. The user is the token's subject: `sub` is the id in the table of users. */
export function createBookmarkRegistry(bookmarks: Bookmarks): Registry<Bookmarks, Request> {
  const registry = createRegistry({ name: 'bookmarks', version: '1.0.0', title: 'Bookmarks' }, { state: bookmarks });

  registry.tool(
    'search_bookmarks',
    {
      description: 'The bookmarks that contain some words; all bookmarks without words',
      scopes: ['bookmarks:read'],
      inputSchema: { type: 'object', properties: { words: { type: 'string' } }, additionalProperties: false },
      outputSchema: {
        type: 'object',
        properties: { bookmarks: { type: 'array', items: bookmark } },
        required: ['bookmarks'],
      },
      annotations: { readOnlyHint: true },
    },
    async ({ words }, { auth, state }) => ({ bookmarks: [...(await state.search(subjectOf(auth), words))] }),
  );

  registry.tool(
    'add_bookmark',
    {
      description: 'Add a bookmark',
      scopes: ['bookmarks:write'],
      inputSchema: {
        type: 'object',
        properties: {
          url: { type: 'string', maxLength: 2000 },
          title: { type: 'string', minLength: 1, maxLength: 200 },
        },
        required: ['url', 'title'],
        additionalProperties: false,
      },
      outputSchema: bookmark,
    },
    async ({ url, title }, { auth, state }) => {
      if (!isWebAddress(url)) throw new ToolError('The address must begin with http:// or https://.');
      return state.add(subjectOf(auth), { url, title });
    },
  );

  registry.tool(
    'delete_bookmark',
    {
      description: 'Delete a bookmark',
      scopes: ['bookmarks:write'],
      inputSchema: {
        type: 'object',
        properties: { id: { type: 'string' } },
        required: ['id'],
        additionalProperties: false,
      },
      annotations: { destructiveHint: true },
    },
    async ({ id }, { auth, state }) => {
      if (!(await state.delete(subjectOf(auth), id))) throw new ToolError(`There is no bookmark ${id}.`);
      return `Deleted bookmark ${id}`;
    },
  );

  return registry;
}

/** The user of a call. A tool with scopes is never called without one; this tells the compiler. */
function subjectOf(auth: { readonly subject?: string | undefined } | undefined): string {
  if (auth?.subject === undefined) throw new ToolError('This tool needs a user.');
  return auth.subject;
}
