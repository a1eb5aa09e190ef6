// URIs as clients write them; the cases are data beside this file.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalizeUri } from '../../lib/registry/equivalent-uri.js';
import { UriTemplate } from '../../lib/registry/uri-template.js';
import { createRegistry } from '../../lib/index.js';
import { TestServer } from '../support/dispatching.js';
import { readCases, titled } from './cases.js';

interface UriCase {
  readonly kind: string;
  readonly source: string;
  readonly registered: readonly string[];
  readonly read: string;
  /** The resource that is read; null for none. */
  readonly found?: string | null;
  readonly variables?: Readonly<Record<string, string>>;
}

function serverOf(registered: readonly string[]): TestServer {
  const registry = createRegistry({ name: 'wild', version: '1.0.0' });
  for (const uri of registered) {
    if (uri.includes('{')) registry.resourceTemplate(uri, {}, ({ variables }) => JSON.stringify(variables));
    else registry.resource(uri, {}, () => uri);
  }
  return new TestServer(registry);
}

describe('a URI', () => {
  it.each(titled(readCases('uris.json') as readonly UriCase[]))(
    '%s',
    async (_title, { registered, read, found, variables }) => {
      const { body } = await serverOf(registered).call('2025-11-25', 'resources/read', { uri: read });
      if (found === null) {
        expect(body?.error).toMatchObject({ code: -32002 });
        return;
      }
      const text = variables === undefined ? found : JSON.stringify(variables);
      expect(body?.result).toEqual({ contents: [{ uri: read, text }] });
    },
  );

  it('is the same after it was normalised once more, and never a different one for URL', () => {
    const uris = fc.webUrl({ withFragments: true, withQueryParameters: true });
    fc.assert(
      fc.property(uris, (uri) => {
        const normal = normalizeUri(uri);
        expect(normalizeUri(normal)).toBe(normal);
        expect(normalizeUri(new URL(uri).href)).toBe(normalizeUri(new URL(normal).href));
      }),
    );
  });
});

// RFC 3986 §3.3 pchar, and what RFC 3987 adds.
const pchar = [..."ABZabz019-._~!$&'()*+,;=:@".split(''), 'é', '漢', ' ', '😀'];
const encoded = ['%2F', '%20', '%C3%A9', '%25'];
const rest = fc.array(fc.constantFrom(...pchar, ...encoded), { minLength: 1, maxLength: 8 });
const hasNoDotSegment = (text: string): boolean => !/(?:^|[/\\])\.{1,2}(?:[/\\]|$)/.test(text);
const raw = rest.map((parts) => parts.join('')).filter((text) => hasNoDotSegment(decodeURIComponent(text)));

describe('a template', () => {
  it('takes every segment that RFC 3986 allows, and expands back to an equivalent URI', () => {
    fc.assert(
      fc.property(raw, raw, (id, last) => {
        const uri = `notes://box/${id}/x/${last}`;
        const variables = new UriTemplate('notes://box/{id}/x/{last}').match(uri);
        expect({ ...variables }).toEqual({ id: decodeURIComponent(id), last: decodeURIComponent(last) });
        // RFC 6570 §3.2.2: simple expansion encodes everything that is not unreserved.
        const expanded = `notes://box/${expand(variables?.['id'])}/x/${expand(variables?.['last'])}`;
        // Delimiters of sub-components may stand for themselves or be encoded; nothing else differs.
        expect(withDelimitersEncoded(normalizeUri(expanded))).toBe(withDelimitersEncoded(normalizeUri(uri)));
      }),
    );
  });

  it('takes what it expands to, for every value', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1 }).filter(hasNoDotSegment);
    fc.assert(
      fc.property(value, (text) => {
        const uri = `notes://box/${expand(text)}`;
        expect({ ...new UriTemplate('notes://box/{id}').match(uri) }).toEqual({ id: text });
        expect({ ...new UriTemplate('notes://box{?id}').match(`notes://box?id=${expand(text)}`) }).toEqual({
          id: text,
        });
      }),
    );
  });
});

function expand(value = ''): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function withDelimitersEncoded(uri: string): string {
  const [scheme = '', path = ''] = uri.split('://');
  return `${scheme}://${path.replace(/[!$&'()*+,;=:@]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}
