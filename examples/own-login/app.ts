import express from 'express';
import type { Express } from 'express';
import { rateLimit } from 'express-rate-limit';
import { mcpAuth, mcpErrorHandler, mcpRouter } from 'express-mcp';
import type { McpRouterOptions } from 'express-mcp';
import { accountRoutes } from './accounts/account-routes.js';
import { browserSession } from './accounts/browser-session.js';
import { sameSiteForms } from './accounts/same-site.js';
import { Users } from './accounts/users.js';
import { Access } from './authorization/access.js';
import { consentRoutes } from './authorization/consent-routes.js';
import { mountProvider } from './authorization/mount-provider.js';
import type { ProviderParts } from './authorization/provider.js';
import { createProvider, routes } from './authorization/provider.js';
import { databaseRevocations } from './authorization/revocations.js';
import { bookmarkRoutes } from './bookmarks/bookmark-routes.js';
import { createBookmarkRegistry, scopeHierarchy, scopes } from './bookmarks/bookmark-tools.js';
import { Bookmarks } from './bookmarks/bookmarks.js';
import type { Config } from './config.js';
import { publicKeys } from './config.js';
import type { Database } from './database/database.js';
import { styleSheet } from './pages/layout.js';

/** Settings for tests. */
export interface AppOptions {
  readonly fetch?: ProviderParts['fetch'];
  readonly router?: McpRouterOptions;
}

/**
 * The app: pages for its users, an MCP endpoint for their clients, and the authorization server between them.
 *
 * @param database - with the tables of database/schema.ts
 */
export function createApp(database: Database, config: Config, options: AppOptions = {}): Express {
  const { publicUrl } = config;
  const issuer = publicUrl.origin;
  const resource = new URL('/mcp', publicUrl).href;
  const users = new Users(database);
  const bookmarks = new Bookmarks(database);
  const revocation = databaseRevocations(database);
  const access = new Access(database, issuer, revocation);
  const supported = Object.keys(scopes);
  const provider = createProvider({ config, database, users, access, resource, scopes: supported, ...options });

  const app = express();
  app.disable('x-powered-by');
  if (publicUrl.protocol === 'https:') app.set('trust proxy', 1);

  // The endpoint comes first: it uses tokens, not cookies.
  app.use(
    mcpAuth({
      resource,
      // The keys are at hand; the app does not fetch them from itself.
      issuers: [{ issuer, jwks: publicKeys(config.signingKeys) }],
      scopesSupported: supported,
      scopeHierarchy,
      cors: '*',
      stores: { revocation },
    }),
    mcpRouter(createBookmarkRegistry(bookmarks), options.router),
  );

  app.get('/style.css', (_request, response) => {
    response.set('Cache-Control', 'max-age=3600').type('css').send(styleSheet);
  });

  app.use(browserSession(database, config));
  // Anyone may register a client, but seldom needs to.
  app.post(routes.registration, rateLimit({ windowMs: 15 * 60_000, limit: 30 }));
  app.use(mountProvider(provider, publicUrl));
  app.use(sameSiteForms(publicUrl));
  app.use(consentRoutes(provider, scopes), accountRoutes(users, access));
  const nameOfClient = async (id: string): Promise<string> => (await provider.Client.find(id))?.clientName ?? id;
  app.use(bookmarkRoutes({ access, bookmarks, endpoint: resource, nameOfClient, users }));
  app.use(mcpErrorHandler());
  return app;
}
