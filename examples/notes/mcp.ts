import type { Request } from 'express';
import { createRegistry, ToolError } from 'express-mcp';
import type { Registry } from 'express-mcp';
import { NoteError, NoteService } from './note-service.js';
import type { Notes } from './note-store.js';

/** Descriptions of the scopes for the consent page. */
export const scopes = {
  'notes:read': 'Read your notes',
  'notes:write': 'Add and delete notes',
};

/** The scope for writing includes reading. */
export const scopeHierarchy = { 'notes:write': ['notes:read'] };

const noteSchema = {
  type: 'object',
  properties: { id: { type: 'string' }, text: { type: 'string' }, createdAt: { type: 'string' } },
  required: ['id', 'text', 'createdAt'],
} as const;

/** The class of sign-in (`acr`) in which the user has just confirmed who they are. */
export const confirmedSignIn = 'urn:notes:confirmed';

/** The notes service as tools, a prompt and resources. */
export function createNotesRegistry(store: Notes): Registry<NoteService, Request> {
  const registry = createRegistry(
    { name: 'notes', version: '1.0.0', title: 'Notes', instructions: 'Search the notes before you add one.' },
    { state: new NoteService(store) },
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
    async ({ words }, { state }) => ({ notes: [...(await state.search(words))] }),
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
    async ({ text }, { state }) => state.add(text).catch(tellModel),
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
      await state.delete(id).catch(tellModel);
      return `Deleted note ${id}`;
    },
  );

  registry.tool(
    'export_notes',
    {
      description: 'All notes as one text, to take away; the user has to confirm who they are',
      scopes: ['notes:read'],
      // RFC 9470: a token of an older or weaker sign-in gets 401 with the demand.
      authentication: { acr: confirmedSignIn, maxAgeSeconds: 300 },
      annotations: { readOnlyHint: true },
    },
    async (_args, { state }) => (await state.search()).map(({ text }) => text).join('\n\n') || 'There are no notes',
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
      const texts = (await state.search()).map(({ text }) => `- ${text}`);
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
        (await state.search()).map(({ id, text }) => ({ uri: `notes://${id}`, name: text.slice(0, 40) })),
      complete: {
        id: async (value, { state }) => (await state.search()).map(({ id }) => id).filter((id) => id.startsWith(value)),
      },
    },
    async ({ variables }, { state }) => (await state.find(variables.id))?.text,
  );

  return registry;
}

/** Only a ToolError's message reaches the model. */
function tellModel(error: unknown): never {
  throw error instanceof NoteError ? new ToolError(error.message, { cause: error }) : error;
}
