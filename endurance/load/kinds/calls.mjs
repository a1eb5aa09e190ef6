import { reportOf, resultOf } from '../mcp-client.mjs';

/** A modern call of a tool, in one answer or a stream. @param {string} tool @param {number} rate - a second @param {boolean} isSafe */
function callsOf(tool, rate, isSafe) {
  return {
    name: tool,
    tool,
    rate,
    create: (load) => ({
      run: (operation, { token }) =>
        load.deliver(
          operation,
          async ({ port }) => {
            const params = { name: tool, arguments: { id: operation.id }, _meta: { progressToken: operation.id } };
            return reportOf(await resultOf(await load.mcp.modern(port, token, 'tools/call', params)));
          },
          { isSafe },
        ),
    }),
  };
}

/** Reads, which may be tried again. */
export const look = callsOf('look', 15, true);
/** Has a side effect, so that only what was refused is tried again. */
export const post = callsOf('post', 15, false);
/** Tells its progress, so that the answer is a stream. */
export const report = callsOf('report', 4, false);
