import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Failure } from '../failure.mjs';
import { reportOf } from '../mcp-client.mjs';

/** The official client connects, calls and goes; each of its requests reaches the next node. */
export const officialClient = {
  name: 'official',
  tool: 'look',
  rate: 1,
  create: (load) => ({
    run: async (operation, { token }) => {
      const versionNegotiation = { mode: load.pick([{ pin: '2026-07-28' }, 'legacy']) };
      const client = new Client({ name: 'endurance', version: '1.0.0' }, { versionNegotiation });
      const transport = new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), {
        requestInit: { headers: { Authorization: `Bearer ${token}` } },
        fetch: (_url, init) => fetchAnywhere(load, operation, init),
      });
      try {
        await client.connect(transport);
        return reportOf(await client.callTool({ name: 'look', arguments: { id: operation.id } }));
      } finally {
        await transport.terminateSession().catch(() => undefined);
        await client.close();
      }
    },
  }),
};

/** It does not try again by itself; an app that wants to does it here. */
function fetchAnywhere(load, operation, init) {
  const attempt = async ({ port }) => {
    const response = await fetch(`http://127.0.0.1:${port}/mcp`, init).catch((error) => {
      const { code } = error.cause ?? {};
      throw new Failure(code === 'ECONNREFUSED' ? 'refused' : 'closed', String(code ?? error));
    });
    const retryAfter = Number(response.headers.get('retry-after'));
    if (response.status === 503) throw new Failure('refused', await response.text(), retryAfter);
    return response;
  };
  return load.deliver(operation, attempt, { isSafe: true });
}
