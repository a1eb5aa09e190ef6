// mcp-handler speaks Request and Response; the official adapter hosts it on Node.
import { toNodeHandler } from '@modelcontextprotocol/node';
import express from 'express';
import { createMcpHandler, withMcpAuth } from 'mcp-handler';
import { registerWithSdk } from '../work/register-with-sdk.mjs';
import { createSdkVerifier } from '../work/verify-token.mjs';

export const title = 'mcp-handler, on Express';
export const eras = ['legacy', 'modern'];
export const joins = ['tools-call'];

export function start({ jwks, tools }) {
  const { verifyAccessToken } = createSdkVerifier(jwks);
  const options = { serverInfo: { name: 'bench', version: '1.0.0' } };
  const handler = createMcpHandler((server) => registerWithSdk(server, tools), options);
  const guarded = withMcpAuth(handler, (_request, token = '') => verifyAccessToken(token), {
    required: true,
    requiredScopes: ['add'],
  });
  const handle = toNodeHandler({ fetch: guarded });
  return express().post('/mcp', (request, response) => void handle(request, response));
}
