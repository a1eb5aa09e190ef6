import type { RequestHandler } from 'express';

/**
 * Refuses forms that another site sends with a user's cookie (CSRF). Requests that carry no cookie do not pass through
 * here: those to the MCP endpoint, and those that clients send to the authorization server.
 *
 * @param publicUrl - the app's own address
 */
export function sameSiteForms(publicUrl: URL): RequestHandler {
  return function sameSite(request, response, next) {
    const { origin, 'sec-fetch-site': site } = request.headers;
    const isOurs = site === undefined ? origin === undefined || origin === publicUrl.origin : site === 'same-origin';
    if (request.method !== 'POST' || isOurs) next();
    else response.status(403).type('text').send('This form was sent from another site.');
  };
}
