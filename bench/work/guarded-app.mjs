import Ajv from 'ajv/dist/2020.js';
import express from 'express';
import { add, callResponse, inputSchema, outputSchema } from './tools.mjs';

/**
 * An Express app by hand that verifies a token, decides a scope, and validates arguments and result.
 *
 * @param {(token: string) => Promise<{ scope: string }>} verify
 */
export function createGuardedApp(verify) {
  const ajv = new Ajv();
  const isInput = ajv.compile(inputSchema);
  const isOutput = ajv.compile(outputSchema);
  const app = express();
  app.use(express.json());
  app.post('/mcp', async ({ body, headers }, response) => {
    const [, token = ''] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
    const claims = await verify(token).catch(() => undefined);
    if (claims === undefined) return response.status(401).end();
    if (!claims.scope.split(' ').includes('add')) return response.status(403).end();
    if (!isInput(body.params.arguments)) return response.status(400).end();
    const result = add(body.params.arguments);
    if (!isOutput(result)) return response.status(500).end();
    return response.json(callResponse(body, result));
  });
  return app;
}
