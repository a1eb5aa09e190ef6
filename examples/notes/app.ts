import type { Express } from 'express';
import express from 'express';
import { mcpAuth, mcpErrorHandler, mcpRouter } from 'express-mcp';
import type { McpAuthOptions } from 'express-mcp';
import { createNotesRegistry } from './mcp.js';
import type { Notes } from './note-store.js';
import { page as homePage } from './page.js';

/**
 * The notes service. Without `mcp` it is the app that existed before; the two lines that use it are all that was added.
 */
export function createApp(store: Notes, mcp?: McpAuthOptions): Express {
  const app = express();

  if (mcp !== undefined) {
    const page = { description: 'Keeps your notes for you and your assistant.' };
    app.use(mcpAuth(mcp), mcpRouter(createNotesRegistry(store), { page }));
  }

  app.get('/', (_req, res) => {
    res.type('html').send(homePage);
  });

  app.get('/api/notes', async (_req, res) => {
    res.json(await store.all());
  });

  app.get('/api/notes/:id', async (req, res) => {
    const note = await store.find(req.params.id);
    if (note === undefined) res.status(404).json({ error: 'There is no such note' });
    else res.json(note);
  });

  app.post('/api/notes', express.json(), async (req, res) => {
    const { text } = (req.body ?? {}) as { readonly text?: unknown };
    if (typeof text !== 'string' || text.trim() === '') {
      res.status(400).json({ error: 'A note needs a text' });
      return;
    }
    res.status(201).json(await store.add(text));
  });

  app.delete('/api/notes/:id', async (req, res) => {
    res.status((await store.delete(req.params.id)) ? 204 : 404).end();
  });

  if (mcp !== undefined) app.use(mcpErrorHandler());
  return app;
}
