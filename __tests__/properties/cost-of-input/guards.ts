import express from 'express';
import type { McpAuth } from '../../../lib/index.js';
import { mcpAuth, mcpErrorHandler } from '../../../lib/index.js';
import { connect } from './connect.js';
import type { Input } from './inputs.js';

/** Requests of one run: so that what V8 does once for all of them hardly counts. */
const requests = 20;
const verdict = { subject: 'ada', clientId: 'c', scopes: ['a'] };

/**
 * Error middleware of the app, which sees the refusals of both. Without any, the endpoint answers them at once, and spares Express its
 * search for error middleware. A route does not know which middleware would see its errors.
 */
const seesErrors: express.ErrorRequestHandler = (error, _req, _res, next) => {
  next(error);
};

interface Guarded {
  readonly head: Readonly<Record<string, string>>;
  readonly status: number;
  readonly scope?: string;
}

const cases: Readonly<Record<string, Guarded>> = {
  'a good token': { head: { Authorization: 'Bearer good' }, status: 200 },
  'a good token with the scope': { head: { Authorization: 'Bearer good' }, status: 200, scope: 'a' },
  'no token': { head: {}, status: 401, scope: 'a' },
  'a bad token': { head: { Authorization: 'Bearer bad' }, status: 401, scope: 'a' },
  'a token without the scope': { head: { Authorization: 'Bearer good' }, status: 403, scope: 'b' },
};

function authFor(scope: string | undefined): McpAuth {
  const verifier = { verify: (token: string) => (token === 'good' ? verdict : undefined) };
  const requiredScopes = scope === undefined ? {} : { requiredScopes: [scope] };
  return mcpAuth({ resource: 'http://localhost/mcp', verifier, onProblem: () => undefined, ...requiredScopes });
}

/** The same handler and requests behind the guard of the endpoint (1), and behind `auth.protect` (2). */
function appWith(place: number, scope: string | undefined): express.Express {
  const app = express().disable('x-powered-by').disable('etag');
  const auth = authFor(scope);
  const handler = (_req: express.Request, res: express.Response): void => void res.send('ok');
  if (place === 1) app.use(auth).post('/mcp', handler);
  else app.post('/mcp', scope === undefined ? auth.protect() : auth.protect(scope), handler);
  return app.use(seesErrors, mcpErrorHandler());
}

/**
 * The same request counts up to a percent more or less from run to run. On Node 24, a good token with the scope counts 3 % more behind
 * `auth.protect`; on Node 20 and 22 it does not.
 */
export const guardTolerance = 1.05;

/** Each takes size 1 for the guard of the endpoint, and size 2 for `auth.protect`. */
export const guards: readonly Input[] = Object.entries(cases).map(([name, { head, status, scope }]) => ({
  title: `auth.protect, ${name}`,
  size: 1,
  most: guardTolerance,
  prepare: async (place) => {
    const exchange = connect(appWith(place, scope));
    const send = async (): Promise<void> => {
      const text = await exchange(head, '{}');
      if (!text.startsWith(`HTTP/1.1 ${String(status)} `)) throw new Error(`${name}: ${text}`);
    };
    await send();
    return async () => {
      for (let sent = 0; sent < requests; sent += 1) await send();
    };
  },
}));
