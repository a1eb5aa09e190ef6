// The authorization server by itself, for compose.yaml; main.ts has it in its own process.
import { devAuthorizationServer } from 'express-mcp/dev';
import { confirmedSignIn, scopes } from '../notes/mcp.js';

const { ISSUER_PORT, MCP_RESOURCE } = process.env;
const server = await devAuthorizationServer({
  resource: MCP_RESOURCE ?? '',
  scopes,
  acrValues: [confirmedSignIn],
  port: Number(ISSUER_PORT),
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
