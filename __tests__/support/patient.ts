import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Request, RequestHandler, Response } from 'express';
import express from 'express';
import type { McpAuthOptions } from '../../lib/index.js';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { FakeIssuer } from './fake-issuer.js';
import { issuer as testIssuer } from './mcp-app.js';

/** A running endpoint for the doctor. */
export interface Patient {
  readonly origin: string;
  /** URL of the endpoint. */
  readonly url: string;
  /** Its authorization server; sound, until a test breaks it. */
  readonly issuer: FakeIssuer;
  /** All requests to it, in order. */
  readonly requests: Request[];
}

export interface Illness {
  readonly auth?: Partial<McpAuthOptions>;
  /** Middleware in front of ours, which may answer instead. */
  readonly before?: (patient: Patient) => RequestHandler;
  /** Leaves our middleware out. */
  readonly unprotected?: boolean;
}

const patients: { readonly server: Server; readonly issuer: FakeIssuer }[] = [];

/** A real endpoint with a real authorization server's metadata, both on ports of their own. */
export async function admit({ auth, before, unprotected = false }: Illness = {}): Promise<Patient> {
  const app = express();
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = await new FakeIssuer().listen();
  issuer.corsOrigin = '*';
  patients.push({ server, issuer });
  issuer.publish(testIssuer.jwks, soundMetadata(issuer.origin));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const patient: Patient = { origin, url: `${origin}/mcp`, issuer, requests: [] };
  app.use((request, _response, next) => {
    patient.requests.push(request);
    next();
  });
  if (before !== undefined) app.use(before(patient));
  const registry = createRegistry({ name: 'patient', version: '1.0.0' });
  if (!unprotected) {
    app.use(
      mcpAuth({ resource: patient.url, issuer: issuer.origin, cors: '*', scopesSupported: ['notes:read'], ...auth }),
    );
  }
  app.use(mcpRouter(registry), mcpErrorHandler());
  return patient;
}

/** Metadata of an authorization server at which any MCP client can sign in. */
export function soundMetadata(origin: string): Readonly<Record<string, unknown>> {
  return {
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    registration_endpoint: `${origin}/register`,
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
  };
}

/** Closes all of them. */
export async function dismissAll(): Promise<void> {
  for (const { server, issuer } of patients.splice(0)) {
    server.closeAllConnections();
    server.close();
    await issuer.close();
  }
}

/**
 * Middleware that answers some requests itself.
 *
 * @param method - of the requests
 * @param path - of the requests, without the query
 * @param answer - what it does instead
 */
export function instead(
  method: string,
  path: string,
  answer: (request: Request, response: Response) => void,
): RequestHandler {
  return (request, response, next) => {
    if (request.method === method && request.path === path) answer(request, response);
    else next();
  };
}
