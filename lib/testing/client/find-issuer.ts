import { isObject } from '../../jsonrpc/parse-message.js';
import { invalidOption } from '../../errors/invalid-option.js';
import { parseChallenges } from '../../oauth/parse-challenges.js';
import { issuersNamed } from '../known-issuers.js';
import type { TestIssuer } from '../test-issuer.js';
import type { InProcessServer } from './in-process-server.js';
import { textOf } from './in-process-server.js';
import type { TestClientOptions } from './test-client-options.js';

/** The issuer that signs tokens for an app, and the audience. */
export interface FoundIssuer {
  readonly issuer: TestIssuer;
  /** The resource that the app's metadata document names; undefined when there is no document. */
  readonly audience: string | undefined;
}

/**
 * Finds the issuer whose tokens an app accepts: the app's metadata document names it (RFC 9728), and `createTestIssuer` made it in
 * this process.
 *
 * @param server - the app
 * @param options - `issuer`, if the test says which one
 * @throws ConfigurationError `invalid_option` when the app trusts no issuer that could sign here
 */
export async function findIssuer(server: InProcessServer, options: TestClientOptions): Promise<FoundIssuer> {
  const { path = '/mcp', headers = {} } = options;
  const document =
    (await readDocument(server, `/.well-known/oauth-protected-resource${path}`, headers)) ??
    (await readDocument(server, await documentPath(server, path, headers), headers));
  const audience = typeof document?.['resource'] === 'string' ? document['resource'] : undefined;
  if (options.issuer !== undefined) return { issuer: options.issuer, audience };
  if (document === undefined) {
    throw invalidOption(
      'testClient',
      `the app has no metadata document for "${path}", so nothing says which issuer it trusts. Give path if the endpoint is ` +
        'elsewhere, issuer or token if mcpAuth is behind it, or leave out scopes if the endpoint takes calls without a token',
    );
  }
  const servers: readonly unknown[] = Array.isArray(document['authorization_servers'])
    ? document['authorization_servers']
    : [];
  const issuer = await firstAccepted(server, issuersNamed(servers), { path, headers, audience });
  if (issuer !== undefined) return { issuer, audience };
  throw invalidOption(
    'testClient',
    `the app trusts ${servers.map(String).join(', ') || 'no issuer by name'}, and no createTestIssuer of this process has its keys. ` +
      'Build the app under test with mcpAuth({ issuers: [{ issuer, jwks }] }) of createTestIssuer(), or give token',
  );
}

type Fields = Readonly<Record<string, string>>;

async function readDocument(
  server: InProcessServer,
  path: string | undefined,
  headers: Fields,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (path === undefined) return undefined;
  const response = await server.ask({ method: 'GET', path, headers: { accept: 'application/json', ...headers } });
  const text = await textOf(response);
  if (response.statusCode !== 200) return undefined;
  try {
    const document: unknown = JSON.parse(text);
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

/** Where the challenge says that the document is, for endpoints whose public path is another one. */
async function documentPath(server: InProcessServer, path: string, headers: Fields): Promise<string | undefined> {
  const response = await server.ask({ method: 'POST', path, headers });
  await textOf(response);
  const [challenge] = parseChallenges(response.headers['www-authenticate'] ?? '');
  const url = challenge?.parameters['resource_metadata'];
  return url !== undefined && URL.canParse(url) ? new URL(url).pathname : undefined;
}

/** Finds the issuer whose key the app knows, among several with one identifier, as test files make them. */
async function firstAccepted(
  server: InProcessServer,
  issuers: readonly TestIssuer[],
  { path, headers, audience }: { path: string; headers: Fields; audience: string | undefined },
): Promise<TestIssuer | undefined> {
  if (issuers.length <= 1) return issuers[0];
  for (const issuer of issuers) {
    const token = await issuer.token(audience === undefined ? {} : { audience });
    const response = await server.ask({
      method: 'POST',
      path,
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    await textOf(response);
    // Anything else has to do with the request, which is none, or with scopes, which the token lacks.
    if (response.statusCode !== 401) return issuer;
  }
  return undefined;
}
