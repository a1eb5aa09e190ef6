// An app with a protected endpoint and an authorization server for development, as a process of its own.
// node dev-app.mjs <port>; prints the issuer when it listens.
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { devAuthorizationServer } from '../../lib/dev/index.js';

const port = Number(process.argv[2]);
const resource = `http://localhost:${String(port)}/mcp`;
const scopes = ['notes:read', 'notes:write'];

const { issuer } = await devAuthorizationServer({ resource, scopes });

const registry = createRegistry({ name: 'notes', version: '1.0.0' });
registry.tool('whoami', { scopes: ['notes:read'] }, (_args, { auth }) => auth?.subject);
registry.tool('pid', { scopes: ['notes:read'] }, () => String(process.pid));

const app = express();
app.use(mcpAuth({ resource, issuer, scopesSupported: ['notes:read'] }), mcpRouter(registry));
app.use(mcpErrorHandler());
app.listen(port, 'localhost', () => {
  process.stdout.write(`${issuer}\n`);
});
