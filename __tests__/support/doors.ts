import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { Middleware } from '../../lib/http/fields/hosted-request.js';
import { mcpListener } from '../../lib/index.js';

/**
 * The way of requests to an endpoint: through Express, or past it by `mcpListener`. `npm run test:listener` runs the suites that use
 * this by the second one. They expect the same.
 */
export const door: 'express' | 'listener' = process.env['MCP_DOOR'] === 'listener' ? 'listener' : 'express';

/** An app, or the listener in front of it, with the members that tests use. */
export type Door = RequestListener & {
  listen(port: number, host: string): Server;
  /** A setting of the app. */
  set(setting: string, value: unknown): unknown;
};

/**
 * The app or the listener, depending on the run.
 *
 * @param app - the app, with the handlers mounted
 * @param handlers - for `mcpListener`, in their order
 */
export function byDoor(app: Door, ...handlers: readonly Middleware[]): Door {
  if (door === 'express') return app;
  const listener = mcpListener(app, ...handlers);
  return Object.assign(listener, {
    set: (setting: string, value: unknown) => app.set(setting, value),
    listen: (port: number, host: string) => createServer(listener).listen(port, host),
  });
}
