import { normalizeUri } from './equivalent-uri.js';

/**
 * Every way to write a URI that somebody may take for the same: as it is, as RFC 3986 §6.2 and `URL` write it,
 * and both decoded. The first one is the URI itself.
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
