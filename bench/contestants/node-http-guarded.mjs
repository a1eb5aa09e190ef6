// The floor: one tool over node:http by hand, with the duties that a call has in express-mcp. The token's verdict is kept by its hash,
// the scope is decided, header fields are held against the message, arguments and result are validated. No other method, no batch, no
// stream, no limit and no hook.
import { createHash } from 'node:crypto';
import Ajv from 'ajv/dist/2020.js';
import { resource } from '../work/issuer.mjs';
import { add, callResponse, inputSchema, outputSchema } from '../work/tools.mjs';
import { createVerifier } from '../work/verify-token.mjs';

export const title = 'bare node:http, by hand, with the same duties';
export const eras = ['legacy', 'modern'];
export const joins = ['tools-call'];

const maxBytes = 4 * 1024 * 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/;
const versionKey = 'io.modelcontextprotocol/protocolVersion';

export function start({ jwks }) {
  const ajv = new Ajv();
  const isInput = ajv.compile(inputSchema);
  const isOutput = ajv.compile(outputSchema);
  const verify = createVerifier(jwks);
  const known = new Map();
  const claimsOf = (token) => {
    const key = createHash('sha256').update(token).digest('base64');
    const claims = known.get(key);
    if (claims !== undefined && claims.exp > Date.now() / 1000) return claims;
    return verify(token).then((verified) => {
      known.set(key, verified);
      return verified;
    });
  };

  const answer = (response, status, body, more) => {
    const length = Buffer.byteLength(body);
    const fields = [
      'Cache-Control',
      'no-store',
      'X-Content-Type-Options',
      'nosniff',
      'Content-Type',
      'application/json',
    ];
    fields.push('Content-Length', String(length));
    if (more !== undefined) fields.push(...more);
    response.writeHead(status, fields).end(body);
  };
  const refuse = (response, status, error, scope) => {
    const challenge = `Bearer error="${error}"${scope}, resource_metadata="${resource}"`;
    answer(response, status, `{"error":"${error}"}`, ['WWW-Authenticate', challenge]);
  };

  const call = (response, headers, bytes, claims) => {
    const message = JSON.parse(utf8.decode(bytes));
    const { name, arguments: args, _meta: meta } = message.params;
    if (headers['mcp-method'] !== undefined) {
      const isSame = headers['mcp-method'] === message.method && headers['mcp-name'] === name;
      if (!isSame || headers['mcp-protocol-version'] !== meta?.[versionKey]) return answer(response, 400, '{}');
    }
    if (!claims.scope.split(' ').includes('add')) return refuse(response, 403, 'insufficient_scope', ', scope="add"');
    if (!isInput(args)) return answer(response, 400, '{}');
    const result = add(args);
    if (!isOutput(result)) return answer(response, 500, '{}');
    return answer(response, 200, JSON.stringify(callResponse(message, result)));
  };

  return async (request, response) => {
    const { headers } = request;
    const [, token = ''] = /^Bearer +(.+)$/i.exec(headers.authorization ?? '') ?? [];
    if (!b64token.test(token)) return refuse(response, 401, 'invalid_token', '');
    if (headers['content-type'] !== 'application/json' || Number(headers['content-length']) > maxBytes) {
      return answer(response, 415, '{}');
    }
    let claims = claimsOf(token);
    if (claims instanceof Promise) claims = await claims;
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => call(response, headers, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks), claims));
  };
}
