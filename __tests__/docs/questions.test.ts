import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const page = readFileSync(path.join(import.meta.dirname, '../../docs/questions.md'), 'utf8');
const rows = [...page.matchAll(/^\| ([^|]+?) +\| (.+?) +\|$/gm)]
  .map(([, question = '', answer = '']) => ({ question, answer }))
  .filter(({ question }) => question !== 'Question' && !question.startsWith('---'));

// structure.test.ts checks on every page that links lead to existing headings.
describe('docs/questions.md', () => {
  it('has fifty questions and more, each once', () => {
    expect(rows.length).toBeGreaterThanOrEqual(50);
    expect(new Set(rows.map(({ question }) => question)).size).toBe(rows.length);
  });

  it('answers each by a link', () => {
    expect(rows.filter(({ answer }) => !/\]\([\w/-]+\.md/.test(answer))).toEqual([]);
  });

  it.each([
    ...[
      'zod',
      'express.json()',
      'compression',
      'helmet',
      'NestJS',
      'Lambda',
      'API keys',
      '401',
      'CORS',
      'image',
      'nginx',
    ],
    ...[
      'without sign-in beside protected',
      'failed',
      'pageSize',
      'allowedHosts',
      'EXPRESS_MCP_',
      'ctx',
      'options',
      'SDK',
    ],
    ...['Claude', 'Cursor', 'VS Code', 'Inspector'],
  ])('has what a first user asked about: %s', (subject) => {
    expect(page).toContain(subject);
  });
});
