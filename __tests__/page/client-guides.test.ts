import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { clientGuides } from '../../lib/http/page/client-guides.js';
import { clientNameOf, shellWord } from '../../lib/http/page/page-target.js';

const root = path.join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const target = { url: 'https://api.example.com/mcp', name: 'notes' };

describe('docs/connect.md', () => {
  const page = read('docs/connect.md');

  it('has the clients of the page, in their order', () => {
    expect(page.match(/(?<=^## ).*/gm)).toEqual(clientGuides.map(({ name }) => name));
  });

  it.each(clientGuides.map((guide) => [guide.name, guide] as const))(
    'says about %s what the page says',
    (name, guide) => {
      const dense = (text: string): string => text.replace(/\s+/g, '');
      const section = dense(page.split(/^## /m).find((part) => part.startsWith(`${name}\n`)) ?? '');
      for (const part of guide.parts(target)) {
        expect(section).toContain(dense(part.kind === 'link' ? part.href : part.text));
      }
      const row = page.split('\n').find((line) => line.startsWith(`| [${name}](`)) ?? '';
      expect(row.split('|').map((cell) => cell.trim().replaceAll('**', ''))).toEqual(
        expect.arrayContaining([guide.source.url, guide.source.read, guide.source.seen]),
      );
    },
  );
});

describe('install links', () => {
  const hrefs = new Map(
    clientGuides.flatMap(({ id, parts }) =>
      parts(target).flatMap((part) => (part.kind === 'link' ? [[id, part.href] as const] : [])),
    ),
  );

  it('carry what each client reads from them', () => {
    const cursor = new URL(hrefs.get('cursor') ?? '').searchParams;
    expect(cursor.get('name')).toBe('notes');
    expect(JSON.parse(Buffer.from(cursor.get('config') ?? '', 'base64').toString())).toEqual({ url: target.url });
    const [, vscode = ''] = (hrefs.get('vscode') ?? '').split('?');
    expect(JSON.parse(decodeURIComponent(vscode))).toEqual({ name: 'notes', type: 'http', url: target.url });
    expect(Object.fromEntries(new URL(hrefs.get('goose') ?? '').searchParams)).toEqual({
      url: target.url,
      type: 'streamable_http',
      id: 'notes',
      name: 'notes',
      description: 'notes',
    });
  });
});

describe('the name that clients keep a server under', () => {
  it.each([
    ['notes', 'notes'],
    ['com.example/Notes Server', 'com-example-notes-server'],
    ['$(reboot); `x` --flag', 'reboot-x-flag'],
    ['日本語', 'mcp-server'],
    ['a'.repeat(39) + '-b', 'a'.repeat(39)],
  ])('of %j is %s', (name, expected) => {
    expect(clientNameOf(name)).toBe(expected);
  });
});

describe('a word of a command line', () => {
  it('is quoted when a shell would read more than a word', () => {
    expect(shellWord('https://api.example.com/mcp')).toBe('https://api.example.com/mcp');
    expect(shellWord("a b'c")).toBe(String.raw`'a b'\''c'`);
  });
});
