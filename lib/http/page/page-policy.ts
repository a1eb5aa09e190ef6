import { createHash } from 'node:crypto';
import { pageScript } from './page-script.js';
import { pageStyle } from './page-style.js';

/**
 * The Content-Security-Policy of the page: its own style and script by their digests, pictures that need no other server,
 * and nothing else.
 */
export const pagePolicy = [
  "default-src 'none'",
  `style-src ${digestOf(pageStyle)}`,
  `script-src ${digestOf(pageScript)}`,
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function digestOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
