import type { IncomingMessage, RequestListener } from 'node:http';
import type Provider from 'oidc-provider';
import { isLoopbackHost } from '../oauth/trustworthy-url.js';
import type { ResolvedDevOptions } from './dev-options.js';
import { errorPage } from './pages/error-page.js';
import { handleInteraction, isInteraction } from './pages/interactions.js';
import { sendPage } from './pages/send-page.js';
import { withSignInScope } from './provider/with-sign-in-scope.js';

/**
 * Makes the listener of the server: our pages, and `oidc-provider` for all the rest.
 *
 * @param provider - the provider
 * @param options - resolved options
 */
export function requestListener(provider: Provider, options: ResolvedDevOptions): RequestListener {
  const handle = provider.callback();
  return (request, response) => {
    // Against DNS rebinding: a page of a foreign site whose name points here still sends that name as the host.
    if (!isForThisMachine(request)) {
      sendPage(response, 403, errorPage('Unknown host', 'This server answers only at localhost.'));
      return;
    }
    request.url = targetOf(request.url ?? '/');
    const answered = isInteraction(request)
      ? handleInteraction(provider, options, request, response)
      : handle(request, response);
    answered.catch(() => {
      const text = 'This page is out of date. Go back to the application and start again.';
      if (response.headersSent) response.end();
      else sendPage(response, 400, errorPage('Start again', text));
    });
  };
}

function isForThisMachine({ headers: { host = '' } }: IncomingMessage): boolean {
  const url = `http://${host}`;
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
}

function targetOf(url: string): string {
  // RFC 8414 §3.1: the same document, at the place where OAuth clients look for it first.
  if (url === '/.well-known/oauth-authorization-server') return '/.well-known/openid-configuration';
  return withSignInScope(url);
}
