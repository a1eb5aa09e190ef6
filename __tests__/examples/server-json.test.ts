import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';

// Rules of the MCP registry for server.json (modelcontextprotocol/registry, docs/reference/server-json). Only a name under a domain of
// your own can be published.
const entry = JSON.parse(readFileSync('examples/notes/server.json', 'utf8')) as Readonly<Record<string, unknown>>;

it('is an entry that the MCP registry takes', () => {
  expect(entry).toEqual({
    $schema: expect.stringMatching(
      /^https:\/\/static\.modelcontextprotocol\.io\/schemas\/\d{4}-\d\d-\d\d\/server\.schema\.json$/,
    ),
    name: expect.stringMatching(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
    title: expect.stringMatching(/^.{1,100}$/),
    description: expect.stringMatching(/^.{1,100}$/),
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    websiteUrl: expect.stringMatching(/^https:\/\//),
    remotes: [{ type: 'streamable-http', url: expect.stringMatching(/^https:\/\/[^/]+\/mcp$/) }],
  });
});

it('has a title and a version that a server may have', () => {
  const { title, version } = entry as { readonly title: string; readonly version: string };
  expect(() => createRegistry({ name: 'notes', title, version })).not.toThrow();
});
