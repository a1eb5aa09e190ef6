import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { renderReference } from '../../scripts/reference/render-reference.mjs';
import { sections } from '../../scripts/reference/sections.mjs';
import { configurationErrorCodes } from '../../lib/errors/configuration-error.js';
import { helpAbout, helpWith } from '../../lib/errors/help.js';
import { headingAnchors } from '../support/heading-anchors.js';

const root = path.join(import.meta.dirname, '../..');

function page(name: string): string {
  return readFileSync(path.join(root, 'docs', name), 'utf8');
}

/** Whether a `help` leads to a heading of a page. */
function leadsSomewhere(help: string): boolean {
  const [, name = '', anchor = ''] = /^express-mcp\/docs\/([^#]+)#(.+)$/.exec(help) ?? [];
  return headingAnchors(page(name)).has(anchor);
}

describe('docs/reference.md', () => {
  it('is what npm run reference writes', () => {
    expect(page('reference.md')).toBe(renderReference(root));
  }, 120_000);
});

describe('the help of a ConfigurationError', () => {
  it.each(configurationErrorCodes)('about %s leads to a heading', (code) => {
    expect(leadsSomewhere(helpWith(code))).toBe(true);
  });

  it.each([
    ...['mcpAuth', 'mcpAuth cache', 'mcpRouter limits', 'mcpScopes', 'mcpReadiness', 'mcpErrorHandler', 'mcpPage'],
    ...[
      'auth.protect',
      'apiKeyVerifier',
      'createRegistry',
      'createRegistry defaults',
      'tool "a"',
      'prompt "a" argument "b"',
    ],
    ...['resource "a:b"', 'resource template "a:{b}"', 'skill "a"', 'extension "a/b"', 'serveStdio', 'redisStores'],
    ...['createTestIssuer', 'testClient', 'devAuthorizationServer', 'toolsFromOpenApi select', 'tokenExchange'],
    ...['instrumentMcp', 'mcpListener'],
  ])('about %s leads to a heading', (owner) => {
    expect(leadsSomewhere(helpAbout(owner) ?? '')).toBe(true);
  });

  it('about other things is the one about the code', () => {
    expect(helpAbout('method "a"')).toBeUndefined();
    expect(helpAbout('toolbox')).toBeUndefined();
  });

  it('has a section for each function that has one here', () => {
    const anchors = headingAnchors(page('reference.md'));
    expect(sections.map(([heading = '']) => heading).filter((heading) => !anchors.has(anchorOf(heading)))).toEqual([]);
  });
});

function anchorOf(heading: string): string {
  return [...headingAnchors(`## ${heading}`)].join();
}

describe('the table of warnings in docs/errors.md', () => {
  it('has every code that the package warns with, and no other', () => {
    const emitted = sourcesOf(path.join(root, 'lib'))
      .flatMap((text) => [...text.matchAll(/['`](EXPRESS_MCP_[A-Z_]+)(\$\{claim)?/g)])
      .flatMap(([, code = '', suffix]) => (suffix === undefined ? [code] : [`${code}AUD`, `${code}ISS`]));
    const documented = [...page('errors.md').matchAll(/^\| `(EXPRESS_MCP_\w+)`/gm)].map(([, code]) => code);
    expect(documented.sort()).toEqual([...new Set(emitted)].sort());
  });
});

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'));
}
