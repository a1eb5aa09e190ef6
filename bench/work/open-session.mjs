import { eras, mcpRequest } from './requests.mjs';

/**
 * Shakes hands with a server that has sessions.
 *
 * @param {string} url - where it listens
 * @param {Record<string, string>} headers - the credentials
 * @returns {Promise<Record<string, string>>} the header field that names the session in further requests
 */
export async function openSession(url, headers) {
  const params = {
    protocolVersion: eras.legacy.version,
    capabilities: {},
    clientInfo: { name: 'bench', version: '1.0.0' },
  };
  const { path, ...request } = mcpRequest('legacy', 'initialize', params, headers);
  const response = await fetch(new URL(path, url), request);
  await response.text();
  const id = response.headers.get('mcp-session-id');
  if (!response.ok || id === null) throw new Error(`No session was opened: ${response.status}`);
  return { 'mcp-session-id': id };
}
