// Requests of clients, in the two eras of the protocol.

/** A client of 2026-07-28 names itself in every request; an older one has negotiated a version before. */
export const eras = {
  modern: {
    version: '2026-07-28',
    meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
  legacy: { version: '2025-11-25', meta: undefined },
};

/**
 * An HTTP request with a JSON-RPC request in it.
 *
 * @param {'legacy' | 'modern'} era
 * @param {string} method
 * @param {Record<string, unknown>} params
 * @param {Record<string, string>} headers
 */
export function mcpRequest(era, method, params, headers = {}) {
  const { version, meta } = eras[era];
  const mirrors = { 'mcp-method': method, ...(params.name === undefined ? {} : { 'mcp-name': params.name }) };
  return {
    method: 'POST',
    path: '/mcp',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': version,
      ...(era === 'modern' ? mirrors : {}),
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: meta === undefined ? params : { ...params, _meta: { ...params._meta, ...meta } },
    }),
  };
}

/** The measured call; its answer is 5. */
export const callAdd = (era, headers) =>
  mcpRequest(era, 'tools/call', { name: 'add', arguments: { a: 2, b: 3 } }, headers);

/** A call of the tool that reports its progress, ten times. */
export const callReport = (era, headers) =>
  mcpRequest(
    era,
    'tools/call',
    { name: 'report', arguments: { a: 2, b: 3 }, _meta: { progressToken: 'progress-1' } },
    headers,
  );

export const listTools = (era, headers) => mcpRequest(era, 'tools/list', {}, headers);
