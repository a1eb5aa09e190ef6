import { normalizeUri } from './equivalent-uri.js';

/**
 * Every spelling of a URI that a server may treat as the same. These are the URI itself, which comes first, its forms by RFC 3986 §6.2
 * and by `URL`, and both decoded.
 *
 * @param uri - as a client sent it
 */
export function uriSpellings(uri: string): readonly string[] {
  const normalised = URL.canParse(uri) ? new URL(uri).href : uri;
  return [...new Set([uri, normalizeUri(uri), normalised, decoded(uri), decoded(normalised)])];
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
