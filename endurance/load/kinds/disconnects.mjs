import { messagesOf } from '../mcp-client.mjs';

/** A modern client that goes away in the middle of a stream. Its call is cancelled, so no answer is missed. */
export const disconnect = {
  name: 'disconnect',
  rate: 2,
  create: (load) => ({
    run: (operation, { token }) =>
      load.deliver(
        operation,
        async ({ port }) => {
          const params = { name: 'report', arguments: { id: operation.id }, _meta: { progressToken: operation.id } };
          const response = await load.mcp.modern(port, token, 'tools/call', params);
          await messagesOf(response).next();
          response.destroy();
        },
        { isSafe: true },
      ),
  }),
};
