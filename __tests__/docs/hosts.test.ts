// docs/hosts.md: what is said of each host has a date, and where it is known from.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const page = readFileSync('docs/hosts.md', 'utf8');
const hosts = [
  'Claude',
  'Claude Code',
  'ChatGPT',
  'Codex',
  'Cursor',
  'VS Code',
  'Gemini CLI',
  'Inspector',
  'mcp-remote',
] as const;

describe('docs/hosts.md', () => {
  it.each(hosts)('says of %s what it asks for, what it does after 403, and which options help', (host) => {
    const row = page.split('\n').find((line) => line.startsWith(`| [${host}](#`));
    const [, , firstSignIn, afterRefusal, options] = row?.split('|').map((cell) => cell.trim()) ?? [];
    expect([firstSignIn, afterRefusal, options].map((cell) => (cell ?? '').length > 5)).toEqual([true, true, true]);
  });

  it.each(hosts)('says of %s when that was seen, and where', (host) => {
    const section = page.split(/^### /m).find((each) => each.startsWith(`${host}\n`)) ?? '';
    expect(section).toMatch(/\b202[5-9]-\d\d-\d\d\b/);
    expect(section).toMatch(/<https:\/\/[^>]+>|\]\(compatibility\.md\)/);
  });

  it('has no host that this list lacks', () => {
    expect([...page.matchAll(/^### (.+)$/gm)].map(([, host]) => host)).toEqual(hosts);
  });
});
