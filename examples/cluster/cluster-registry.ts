import { setTimeout as pause } from 'node:timers/promises';
import type { Request } from 'express';
import type { Registry } from 'express-mcp';
import { createNotesRegistry } from '../notes/mcp.js';
import type { NoteService } from '../notes/note-service.js';
import type { Notes } from '../notes/note-store.js';

/** The resource that clients subscribe to. */
export const allNotes = 'notes://all';

/** The notes service, and what shows that processes work together: something to subscribe to, a question, a long stream that can be a task. */
export function createClusterRegistry(notes: Notes): Registry<NoteService, Request> {
  const registry = createNotesRegistry(notes);

  registry.resource(
    allNotes,
    { name: 'all notes', description: 'Every note, one a line', mimeType: 'text/plain', scopes: ['notes:read'] },
    async () => (await notes.all()).map(({ text }) => text).join('\n'),
  );

  registry.tool(
    'delete_all_notes',
    {
      description: 'Delete every note for ever, after the user has confirmed it',
      scopes: ['notes:write'],
      annotations: { destructiveHint: true },
    },
    async (_args, ctx) => {
      const answer = ctx.inputResponses?.['confirmation'];
      const count = (await notes.all()).length;
      if (answer === undefined) {
        const requestedSchema = { type: 'object', properties: { sure: { type: 'boolean' } }, required: ['sure'] };
        const params = { mode: 'form', message: `Delete ${String(count)} notes for ever?`, requestedSchema };
        return ctx.inputRequired({ requests: { confirmation: { method: 'elicitation/create', params } } });
      }
      const { sure } = (answer['content'] ?? {}) as { readonly sure?: unknown };
      if (answer['action'] !== 'accept' || sure !== true) return 'Kept every note';
      for (const { id } of await notes.all()) await notes.delete(id);
      return `Deleted ${String(count)} notes`;
    },
  );

  registry.tool(
    'read_aloud',
    {
      description: 'Reads every note aloud, one after the other, as progress',
      scopes: ['notes:read'],
      // A client that knows tasks need not hold a connection. Reading once more does no harm, should the process that reads die.
      task: { support: 'optional', repeatable: true },
      inputSchema: {
        type: 'object',
        properties: { secondsPerNote: { type: 'number', minimum: 0, maximum: 60 } },
        additionalProperties: false,
      } as const,
    },
    async ({ secondsPerNote = 1 }, ctx) => {
      const all = await notes.all();
      for (const [index, { text }] of all.entries()) {
        await ctx.progress(index + 1, all.length, text);
        await pause(secondsPerNote * 1000, undefined, { signal: ctx.signal });
      }
      return `Read ${String(all.length)} notes`;
    },
  );

  return registry;
}
