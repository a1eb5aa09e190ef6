import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { BundledPrograms } from '../support/bundled-programs.js';

// A whole SDK is loaded, and the notes example with its database.
jest.setTimeout(120_000);

let programs: BundledPrograms;
let pictures: Readonly<Record<string, string>>;
beforeAll(async () => {
  programs = await BundledPrograms.of('tools/telemetry/traced-notes.ts');
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [programs.fileOf('tools/telemetry/traced-notes.ts')], {
    env,
  });
  pictures = JSON.parse(stdout) as typeof pictures;
});
afterAll(() => {
  programs.remove();
});

/** All that is written in a picture. How long the bars are is another matter each time. */
const textsIn = (picture = ''): readonly string[] =>
  [...picture.matchAll(/<(?:title|desc|text)[^>]*>([\s\S]*?)<\/(?:title|desc|text)>/g)].map(([, text = '']) =>
    text.replaceAll(/<[^>]*>/g, ''),
  );

describe('the pictures of docs/observability.md', () => {
  it.each(['trace-of-a-call.svg', 'trace-of-a-step-up.svg'])('%s shows the spans of the notes example', (name) => {
    const page = readFileSync('docs/observability.md', 'utf8');
    expect(page).toContain(`](${name})`);
    // If this fails: npm run telemetry:pictures.
    expect(textsIn(readFileSync(`docs/${name}`, 'utf8'))).toEqual(textsIn(pictures[name]));
  });

  it('show a call from the client to what the tool calls', () => {
    expect(textsIn(pictures['trace-of-a-call.svg']).slice(3)).toEqual([
      'client tools/call publish_note client',
      'HTTP POST client 200',
      'HTTP POST server 200',
      'MCP tools/call publish_note server link to HTTP',
      'tool publish note internal',
      'upstream POST client 201',
      'upstream POST server 201',
    ]);
  });

  it('show the three answers of a step-up', () => {
    const texts = textsIn(pictures['trace-of-a-step-up.svg']);
    expect(texts.filter((text) => /^(HTTP POST server|MCP)/.test(text))).toEqual([
      'HTTP POST server 401',
      'MCP tools/call add_note server refused: unauthorized, missing notes:read; link to HTTP',
      'HTTP POST server 403',
      'MCP tools/call add_note server refused: insufficient_scope, missing notes:write; link to HTTP',
      'HTTP POST server 200',
      'MCP tools/call add_note server link to HTTP',
    ]);
  });
});
