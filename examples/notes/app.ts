import type { Express, Request, RequestHandler } from 'express';
import express from 'express';
import { mcpAuth, mcpErrorHandler, mcpRouter } from 'express-mcp';
import type { McpAuthOptions, Registry } from 'express-mcp';
import { createNotesRegistry } from './mcp.js';
import { noteRoutes } from './note-routes.js';
import { NoteService } from './note-service.js';
import type { Notes } from './note-store.js';
import { page as homePage } from './page.js';
import { SignIns } from './sign-ins.js';

export interface AppOptions {
  /** Default: one of the app's own. */
  readonly registry?: Registry<NoteService, Request>;
  /** Signs the page's cookies. Default: a key that ends with the process. */
  readonly cookieSecret?: string;
}

/**
 * The notes service. Without `mcp` it is the app that existed before: a page whose users sign in, and REST routes for it.
 * With `mcp` it also has an MCP endpoint, and its REST routes take the same tokens.
 */
export function createApp(store: Notes, mcp?: McpAuthOptions, options: AppOptions = {}): Express {
  const app = express();
  const signIns = new SignIns(options.cookieSecret);
  const auth = mcp === undefined ? undefined : mcpAuth(mcp);

  if (auth !== undefined) {
    const page = { description: 'Keeps your notes for you and your assistant.' };
    app.use(auth, mcpRouter(options.registry ?? createNotesRegistry(store), { page }));
  }

  app.get('/', (_req, res) => {
    res.type('html').send(homePage);
  });

  app.post('/session', express.json(), (req, res) => {
    const { name } = (req.body ?? {}) as { readonly name?: unknown };
    if (typeof name !== 'string' || name.trim() === '' || name.length > 100) {
      res.status(400).json({ error: 'A name is needed' });
      return;
    }
    signIns.begin(res, name);
    res.status(204).end();
  });

  app.delete('/session', (_req, res) => {
    signIns.end(res);
    res.status(204).end();
  });

  /** The page's users may do everything. Everyone else needs a token with the scope; a token that is sent also decides. */
  const allow = (scope: string): RequestHandler => {
    const others: RequestHandler = auth?.protect(scope) ?? refuse;
    return (req, res, next) => {
      const isOnPage = req.headers.authorization === undefined && signIns.userOf(req) !== undefined;
      if (isOnPage) next();
      else others(req, res, next);
    };
  };
  app.use(noteRoutes(new NoteService(store), allow));

  if (auth !== undefined) app.use(mcpErrorHandler());
  return app;
}

const refuse: RequestHandler = (_req, res) => {
  res.status(401).json({ error: 'Sign in on the page first' });
};
