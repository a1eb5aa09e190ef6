import { nodeCrypto } from '../../builtins/node-crypto.js';
import { pageScript } from './page-script.js';
import { pageStyle } from './page-style.js';

let policy: string | undefined;

/**
 * The Content-Security-Policy of the page: its own style and script by their digests, pictures that need no other server,
 * and nothing else. The digests are made for the first page, since most processes show none.
 */
export function pagePolicy(): string {
  policy ??= [
    "default-src 'none'",
    `style-src ${digestOf(pageStyle)}`,
    `script-src ${digestOf(pageScript)}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return policy;
}

function digestOf(content: string): string {
  return `'sha256-${nodeCrypto().createHash('sha256').update(content).digest('base64')}'`;
}
