import type { Request, RequestHandler } from 'express';
import type Provider from 'oidc-provider';
import { routes } from './provider.js';

const documents = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'];

/**
 * Makes the authorization server answer at its own paths only.
 *
 * @param provider - the authorization server
 * @param publicUrl - its public URL
 */
export function mountProvider(provider: Provider, publicUrl: URL): RequestHandler {
  const answer = provider.callback();
  return async function authorizationServer(request, response, next) {
    if (!isForProvider(request.path)) {
      next();
      return;
    }
    // oidc-provider makes URLs from these, so they must not come from a client, which could poison a cache.
    request.headers.host = publicUrl.host;
    request.headers['x-forwarded-host'] = publicUrl.host;
    request.headers['x-forwarded-proto'] = publicUrl.protocol.slice(0, -1);
    if (request.path === routes.authorization) await forgetOtherUser(provider, request, response);
    await answer(request, response);
  };
}

function isForProvider(path: string): boolean {
  return (
    documents.includes(path) || Object.values(routes).some((route) => path === route || path.startsWith(`${route}/`))
  );
}

/**
 * oidc-provider has its own session, which remembers the grants of this browser. But the app decides who is signed in. If that is
 * another user, or none, the session is dropped, and the user signs in with the app.
 */
async function forgetOtherUser(
  provider: Provider,
  request: Request,
  response: Parameters<RequestHandler>[1],
): Promise<void> {
  const session = await provider.Session.get(provider.createContext(request, response));
  if (session.accountId !== undefined && session.accountId !== request.session.userId) await session.destroy();
}
