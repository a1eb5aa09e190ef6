import { isUriText } from './uri-text.js';

// RFC 3986 appendix B.
const components = /^([^:/?#]+):(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/s;

/** Schemes whose hosts are DNS names. In others, the host may be a case-sensitive id. */
const defaultPorts: Readonly<Partial<Record<string, string>>> = {
  http: '80',
  https: '443',
  ws: '80',
  wss: '443',
  ftp: '21',
};

/**
 * Writes a URI in the normal form of all equivalent URIs (RFC 3986 §6.2.2 and §6.2.3): case, percent-encoding, dot segments, empty
 * path, default port. Characters that a URI cannot have are encoded (RFC 3987 §3.1).
 *
 * @param uri - in any form
 * @returns the unchanged text if it is not a URI
 */
export function normalizeUri(uri: string): string {
  const parsed = components.exec(withSameSpelling(uri));
  if (parsed === null) return uri;
  const [, scheme = '', authority, path = '', query = '', fragment = ''] = parsed;
  const isHierarchical = authority !== undefined || path.startsWith('/');
  const written = isHierarchical ? withoutDotSegments(path) : path;
  const place = authority === undefined ? '' : `//${authority}`;
  return `${scheme}:${place}${written === '' && authority !== undefined ? '/' : written}${query}${fragment}`;
}

/**
 * The same path, with scheme, host, port and percent-encoding in the form of {@link normalizeUri}. Segments stay as they are, so that
 * this also works for texts of templates.
 *
 * @param uri - a URI, or a template
 */
export function withSameSpelling(uri: string): string {
  const encoded = encodeStrange(uri).replace(/%[\dA-Fa-f]{2}/g, (code) => unreserved(code) ?? code.toUpperCase());
  return encoded.replace(/^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#{]*))?/, (_all, name: string, authority?: string) => {
    const scheme = name.toLowerCase();
    if (authority === undefined) return `${scheme}:`;
    // RFC 8089 §2: "localhost" is the same as no host.
    if (scheme === 'file' && authority.toLowerCase() === 'localhost') return 'file://';
    return `${scheme}://${sameAuthority(authority, defaultPorts[scheme])}`;
  });
}

function sameAuthority(authority: string, port: string | undefined): string {
  if (port === undefined) return authority;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const user = authority.slice(0, authority.length - host.length);
  const lower = host.toLowerCase();
  return user + (lower.endsWith(`:${port}`) ? lower.slice(0, -port.length - 1) : lower.replace(/:$/, ''));
}

function unreserved(code: string): string | undefined {
  const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
  return /[\w\-.~]/.test(character) ? character : undefined;
}

function encodeStrange(text: string): string {
  if (isUriText(text)) return text;
  // Control characters stay, and never match.
  return text.replace(/[^\w\-.~:/?#[\]@!$&'()*+,;=%{}\p{Cc}]+/gu, (strange) => {
    try {
      return encodeURIComponent(strange);
    } catch {
      // Half of a surrogate pair has no UTF-8.
      return strange;
    }
  });
}

/** RFC 3986 §5.2.4, for a path that begins with a slash or is empty. */
function withoutDotSegments(path: string): string {
  if (!path.includes('/.')) return path;
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
    if (index === segments.length - 1 && /^\.{1,2}$/.test(segment)) kept.push('');
  }
  return `/${kept.join('/')}`;
}
