const base = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
const version = '2026-07-28';
const meta = {
  'io.modelcontextprotocol/protocolVersion': version,
  'io.modelcontextprotocol/clientInfo': { name: 'siege', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
};

/** A message as modern clients send it. @param {string} method @param {object} params @param {number | string} [id] */
export function modern(method, params, id = 1) {
  const name = params.name ?? params.uri ?? params.taskId;
  return {
    headers: {
      ...base,
      'MCP-Protocol-Version': version,
      'Mcp-Method': method,
      ...(name === undefined ? {} : { 'Mcp-Name': name }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: { ...meta, ...params._meta } } }),
  };
}

/** The same with arguments that are JSON text already. @param {string} name - of the tool @param {string} args */
export function modernCall(name, args) {
  const { headers, body } = modern('tools/call', { name, arguments: { here: 'HERE' } });
  return { headers, body: body.replace('{"here":"HERE"}', args) };
}

/** A message as older clients send it. @param {unknown} message @param {object} [headers] */
export function legacy(message, headers = {}) {
  return { headers: { ...base, ...headers }, body: JSON.stringify(message) };
}

/** A handshake. @param {object} capabilities */
export function handshake(capabilities = {}) {
  const params = { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'siege', version: '1.0.0' } };
  return legacy({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
}
