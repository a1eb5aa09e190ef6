import type { ErrorRequestHandler, Request, RequestHandler, Router } from 'express';
import express from 'express';
import { NoteError } from './note-service.js';
import type { NoteService } from './note-service.js';

/**
 * The REST routes.
 *
 * @param notes - the same service as that of the tools
 * @param allow - a guard for those who may do what a scope says
 */
export function noteRoutes(notes: NoteService, allow: (scope: string) => RequestHandler): Router {
  const routes = express.Router();

  routes.get('/api/notes', allow('notes:read'), async (req, res) => {
    const { words } = req.query;
    res.json(await notes.search(typeof words === 'string' ? words : ''));
  });

  routes.get('/api/notes/:id', allow('notes:read'), async (req, res) => {
    res.json(await notes.read(idOf(req)));
  });

  routes.post('/api/notes', allow('notes:write'), express.json(), async (req, res) => {
    const { text } = (req.body ?? {}) as { readonly text?: unknown };
    res.status(201).json(await notes.add(text));
  });

  routes.delete('/api/notes/:id', allow('notes:write'), async (req, res) => {
    await notes.delete(idOf(req));
    res.status(204).end();
  });

  routes.use(answerNoteErrors);
  return routes;
}

const idOf = (req: Request): string => String(req.params['id']);

const answerNoteErrors: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (!(error instanceof NoteError)) next(error);
  else res.status(error.reason === 'no_such_note' ? 404 : 400).json({ error: error.message });
};
