// npm start: the notes service with its MCP endpoint. PORT says where; without it 3000, or any free port when that is taken.
import path from 'node:path';
import { startTelemetry } from './telemetry.js';

const stopTelemetry = await startTelemetry();
const { startNotes } = await import('./start.js');

const folder = process.env['NOTES_FOLDER'] ?? path.join(import.meta.dirname, '.data', 'notes');
const { PORT } = process.env;

const notes = await startNotes(folder, Number(PORT ?? 3000)).catch((error: unknown) => {
  const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  if (isTaken && PORT === undefined) return startNotes(folder, 0);
  throw isTaken ? new Error(`Port ${String(PORT)} is taken. Set PORT to another one.`) : error;
});

const { endpoint, issuer } = notes;
console.log(`
  Notes                 ${endpoint.origin}
  MCP endpoint          ${endpoint.href}
  Metadata              ${endpoint.origin}/.well-known/oauth-protected-resource/mcp
  Authorization server  ${issuer}  (for development: any name signs in)

  Connect any MCP client to the endpoint; it signs in by itself. For example:

    npx @modelcontextprotocol/inspector --transport http --server-url ${endpoint.href}
    claude mcp add --transport http notes ${endpoint.href}

  Or watch the official client go the whole way, in another terminal:

    npm run demo -- ${endpoint.href}

  Ctrl-C stops.
`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void notes
      .close()
      .then(stopTelemetry)
      .finally(() => process.exit(0));
  });
}
