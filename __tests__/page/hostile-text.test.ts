import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { AnyRegistry, ServerInfo } from '../../lib/index.js';
import { createRegistry, mcpAuth, mcpRouter } from '../../lib/index.js';
import { authOptions } from '../support/mcp-app.js';

const script = '</code></style><script>alert(1)</script><img src=x onerror=alert(1)>"\'&';
const browser = 'text/html,*/*;q=0.8';

/** The page of a registry, which must be one document whose elements are all ours. */
async function pageOf(
  registry: AnyRegistry,
  auth: Parameters<typeof authOptions>[0] = {},
  description?: string,
): Promise<string> {
  const page = description === undefined ? true : { description };
  const app = express().use(mcpAuth(authOptions(auth)), mcpRouter(registry, { page }));
  const { text } = await request(app).get('/mcp').set('Accept', browser).expect(200);
  expect(text.match(/<script/g)).toHaveLength(1);
  expect(text.match(/<style/g)).toHaveLength(1);
  // Every attribute is quoted, and none of them is a handler of events.
  expect(text.replace(/<(script|style)>.*?<\/\1>/gs, '')).not.toMatch(/<[^>]*\son\w+=/);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(30 * 1024);
  return text;
}

const registryOf = (more: Partial<ServerInfo> = {}) => createRegistry({ name: 'notes', version: '1.0.0', ...more });

describe('text of others on the page', () => {
  it('stays text in titles, names, versions, instructions and descriptions', async () => {
    const registry = registryOf({ name: script, title: script, version: script, instructions: script });
    registry.tool('tool', { title: script, description: `${script}!` }, () => '');
    const text = await pageOf(registry, {}, script);
    expect(text.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;/g)).toHaveLength(8);
    expect(text).toContain('claude mcp add --transport http code-style-script-alert-1-script-img-src https://');
  });

  it('stays text in scopes, which may have any sign but quotes, backslashes and spaces', async () => {
    const scope = "<script>alert(1)</script>&'";
    const registry = registryOf();
    registry.tool('tool', { scopes: [scope] }, () => '');
    const text = await pageOf(registry, { requiredScopes: [scope] });
    expect(text.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;&amp;&#39;/g)).toHaveLength(2);
  });

  it('stays text in URIs', async () => {
    const registry = registryOf();
    registry.resource("notes://a'&b", {}, () => '');
    expect(await pageOf(registry)).toContain('<code>notes://a&#39;&amp;b</code>');
  });

  it('cannot hide, move or turn what stands around it', async () => {
    const registry = registryOf({ title: 'a\u202Eb\u0000c\u0085d\uD800e\u2066f\u{E0041}g' });
    expect(await pageOf(registry)).toContain('<h1 dir="auto">a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg</h1>');
  });

  it.each([
    ['a script', 'javascript:alert(1)'],
    ['another server', 'https://tracker.example/icon.png'],
    ['another port', 'https://api.example.com:8443/icon.png'],
    ['a host that only begins like ours', 'https://api.example.com.evil.example/icon.png'],
    ['a document', 'data:text/html,<script>alert(1)</script>'],
    ['an attribute that ends early', 'data:image/png;base64,AAAA" onerror="alert(1)'],
    ['a picture that is too large', `data:image/png;base64,${'A'.repeat(20_000)}`],
  ])('gives no icon that is %s', async (_title, src) => {
    const registry = registryOf({ icons: [{ src }] });
    expect(await pageOf(registry)).not.toContain('<img');
  });

  it.each([
    ['in a data URL', 'data:image/png;base64,iVBORw0KGgo='],
    ['at the origin of the endpoint', 'https://api.example.com/icon.png?a=1&b=2'],
  ])('gives the first icon that the browser needs no other server for: one %s', async (_title, src) => {
    const registry = registryOf({ icons: [{ src: 'https://cdn.example/icon.png' }, { src }] });
    expect(await pageOf(registry)).toContain(`<img src="${src.replace('&', '&amp;')}" alt=""`);
  });

  it('links to a website with http only', async () => {
    expect(await pageOf(registryOf({ websiteUrl: 'https://example.com/?a=1&b="' }))).toContain(
      '<a href="https://example.com/?a=1&amp;b=&quot;" rel="noreferrer">example.com</a>',
    );
    expect(await pageOf(registryOf({ websiteUrl: 'javascript:alert(1)//https://' }))).not.toContain('alert');
  });

  it('is one word in commands, whatever the URL has in it', async () => {
    const url = "https://api.example.com/mcp$(reboot);'";
    const text = await pageOf(registryOf(), { resource: url, path: '/mcp' });
    const word = String.raw`'https://api.example.com/mcp$(reboot);'\''&#39;`.replaceAll("'", '&#39;');
    expect(text).toContain(`claude mcp add --transport http notes ${word}`);
  });
});

describe('the size of the page', () => {
  it('is bounded however many items there are, and says how many are left out', async () => {
    const registry = registryOf({ instructions: 'é'.repeat(50_000) });
    for (let index = 0; index < 5000; index += 1) {
      registry.tool(`tool_${index}`, { description: '&'.repeat(2000), scopes: ['notes:read'] }, () => '');
      registry.resource(`notes://${index}`, {}, () => '');
    }
    registry.prompt('last', { description: 'Is not crowded out' }, () => '');
    const text = await pageOf(registry, {
      requiredScopes: Array.from({ length: 500 }, (_, index) => `scope:${index}`),
    });
    expect(text).toContain('<h3>Tools <span class="soft">(5000)</span></h3>');
    expect(text).toMatch(/<p class="soft">49\d\d more, which clients list in full\.<\/p>/);
    expect(text).toContain('Is not crowded out');
    expect(text).toContain('</footer>');
  });

  it('is bounded when the URL is long', async () => {
    const text = await pageOf(registryOf(), { resource: `https://api.example.com/${'m'.repeat(2000)}`, path: '/mcp' });
    expect(text).not.toContain('<h2>Connect</h2>');
  });

  it('takes less than a millisecond to send once it was made', async () => {
    const registry = registryOf();
    for (let index = 0; index < 1000; index += 1) registry.tool(`tool_${index}`, { description: 'a' }, () => '');
    const { EndpointPage } = await import('../../lib/http/page/endpoint-page.js');
    const { resolveRouterPage } = await import('../../lib/http/page/page-options.js');
    const options = resolveRouterPage({ url: 'https://api.example.com/mcp' });
    if (options === undefined) throw new Error('no options');
    const page = new EndpointPage(registry.catalog, options, []);
    const { createServer } = await import('node:http');
    const times: number[] = [];
    const server = createServer((req, res) => {
      // CPU time: others on the machine do not count.
      const before = process.cpuUsage();
      page.answer(req, res, undefined);
      times.push(process.cpuUsage(before).user);
    });
    for (let index = 0; index < 30; index += 1) await request(server).get('/').expect(200);
    times.sort((a, b) => a - b);
    expect(times[15]).toBeLessThan(1000);
  });
});
