import express from 'express';
import type { Express } from 'express';
import { createRegistry, mcpErrorHandler, mcpRouter } from 'express-mcp';

/** The app that clients are recorded with, and that their requests are replayed against. */
export function recordedApp(): Express {
  const registry = createRegistry({ name: 'recorded', version: '1.0.0' });
  const note = { type: 'string' } as const;
  registry.tool(
    'echo',
    { inputSchema: { type: 'object', properties: { note }, required: ['note'] } },
    (args) => args.note,
  );
  registry.tool(
    'count',
    { outputSchema: { type: 'object', properties: { notes: { type: 'number' } }, required: ['notes'] } },
    () => ({ notes: 2 }),
  );
  registry.prompt(
    'summary',
    { arguments: { style: { complete: () => ['brief', 'long'] } } },
    ({ style = 'brief' }) => style,
  );
  registry.resource('notes://all', { mimeType: 'text/plain' }, () => 'all notes');
  registry.resourceTemplate('notes://{id}', {}, ({ variables }) => variables.id);
  const app = express();
  app.use(mcpRouter(registry, { sessions: true, onError: () => undefined }));
  app.use(mcpErrorHandler());
  return app;
}
