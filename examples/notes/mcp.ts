import type { Request } from 'express';
import { createRegistry, ToolError } from 'express-mcp';
import type { Registry } from 'express-mcp';
import type { Notes } from './note-store.js';

/** What the scopes mean, for the consent page. */
export const scopes = {
  'notes:read': 'Read your notes',
  'notes:write': 'Add and delete notes',
};

/** Who may write may read. */
export const scopeHierarchy = { 'notes:write': ['notes:read'] };

const noteSchema = {
  type: 'object',
  properties: { id: { type: 'string' }, text: { type: 'string' }, createdAt: { type: 'string' } },
  required: ['id', 'text', 'createdAt'],
} as const;

/** The notes service as tools, a prompt and resources. */
export function createNotesRegistry(store: Notes): Registry<Notes, Request> {
  const registry = createRegistry(
    { name: 'notes', version: '1.0.0', title: 'Notes', instructions: 'Search the notes before you add one.' },
    { state: store },
  );

  registry.tool('whoami', { description: 'Who is signed in' }, (_args, { auth }) => auth?.subject ?? 'nobody');

  registry.tool(
    'search_notes',
    {
      description: 'The notes that contain some words; all notes without words',
      scopes: ['notes:read'],
      inputSchema: { type: 'object', properties: { words: { type: 'string' } }, additionalProperties: false },
      outputSchema: {
        type: 'object',
        properties: { notes: { type: 'array', items: noteSchema } },
        required: ['notes'],
      },
      annotations: { readOnlyHint: true },
    },
    async ({ words = '' }, { state }) => ({ notes: [...(await state.search(words))] }),
  );

  registry.tool(
    'add_note',
    {
      description: 'Write a note',
      scopes: ['notes:write'],
      inputSchema: {
        type: 'object',
        properties: { text: { type: 'string', minLength: 1, maxLength: 10_000 } },
        required: ['text'],
        additionalProperties: false,
      },
      outputSchema: noteSchema,
    },
    async ({ text }, { state }) => state.add(text),
  );

  registry.tool(
    'delete_note',
    {
      description: 'Delete a note for ever',
      scopes: ['notes:write'],
      inputSchema: {
        type: 'object',
        properties: { id: { type: 'string' } },
        required: ['id'],
        additionalProperties: false,
      },
      annotations: { destructiveHint: true },
    },
    async ({ id }, { state }) => {
      if (!(await state.delete(id))) throw new ToolError(`There is no note ${id}. Search for it first.`);
      return `Deleted note ${id}`;
    },
  );

  registry.prompt(
    'summarise',
    {
      description: 'Summarise all notes',
      scopes: ['notes:read'],
      arguments: {
        style: {
          description: 'For example: short, formal',
          required: true,
          complete: (value) => ['short', 'formal', 'funny'].filter((style) => style.startsWith(value)),
        },
      },
    },
    async ({ style }, { state }) => {
      const texts = (await state.all()).map(({ text }) => `- ${text}`);
      return `Summarise these notes in a ${style} style:\n${texts.join('\n')}`;
    },
  );

  registry.resourceTemplate(
    'notes://{id}',
    {
      name: 'note',
      description: 'The text of one note',
      mimeType: 'text/plain',
      scopes: ['notes:read'],
      list: async ({ state }) =>
        (await state.all()).map(({ id, text }) => ({ uri: `notes://${id}`, name: text.slice(0, 40) })),
      complete: {
        id: async (value, { state }) => (await state.all()).map(({ id }) => id).filter((id) => id.startsWith(value)),
      },
    },
    async ({ variables }, { state }) => (await state.find(variables.id))?.text,
  );

  return registry;
}
