// fastmcp brings a server of its own, without Express.
import { FastMCP } from 'fastmcp';
import { z } from 'zod';
import { add, describe, toolNames } from '../work/tools.mjs';
import { createRememberingVerifier } from '../work/verify-token.mjs';

export const title = 'fastmcp, stateless';
export const eras = ['legacy'];
export const joins = ['tools-call'];

export async function start({ jwks, tools, freePort }) {
  const verify = createRememberingVerifier(jwks);
  const server = new FastMCP({
    name: 'bench',
    version: '1.0.0',
    authenticate: ({ headers }) => verify(headers.authorization.slice('Bearer '.length)),
  });
  for (const name of toolNames(tools)) {
    server.addTool({
      name,
      description: describe(name),
      parameters: z.object({ a: z.number(), b: z.number() }),
      canAccess: ({ scope }) => scope.split(' ').includes('add'),
      execute: (args) => Promise.resolve(JSON.stringify(add(args))),
    });
  }
  const port = await freePort();
  const httpStream = { port, host: '127.0.0.1', endpoint: '/mcp', stateless: true, enableJsonResponse: true };
  await server.start({ transportType: 'httpStream', httpStream });
  return `http://127.0.0.1:${port}`;
}
