import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProgramFindings } from '../support/doc-blocks/check-doc-blocks.js';
import { checkPrograms, readDocBlocks, textProblems } from '../support/doc-blocks/check-doc-blocks.js';

const root = path.join(import.meta.dirname, '../..');

const block = (info: string, ...code: string[]) => ['```' + info, ...code, '```', ''].join('\n');

const readme = [
  // line 2
  block('ts', "import { strictEqual } from 'node:assert/strict';", 'export const one: number = 1;'),
  // line 6
  block('ts continue', 'strictEqual(one, 1);'),
  // line 9
  block('ts', "const broken: number = 'text';"),
  // line 12
  block('ts', "throw new Error('thrown on purpose');"),
  // line 15
  block('ts no-run it would never end', 'for (;;) continue;'),
  // line 18
  block('js', "const { join } = require('node:path');", "if (join('a', 'b') !== 'a/b') process.exit(1);"),
].join('');

const server = [
  '<!-- ts',
  "import express from 'express';",
  'const app = express();',
  '-->',
  '',
  // line 7
  block(
    'ts',
    "app.get('/', (req, res) => void res.send(req.get('host')));",
    'app.listen(3000);',
    "const answer = await fetch('http://localhost:3000/');",
    "if ((await answer.text()) !== 'localhost:3000') throw new Error('asked another server');",
  ),
].join('\n');

const unsound = [
  // line 2
  block('json', '{ "a": 1, }'),
  // line 5
  block('bash', 'npm ci', 'npm start && npm run no-such-script'),
  // line 9
  block('ts no-run', 'export {};'),
  // line 12
  block('ts contniue', 'export {};'),
  // line 15
  block('http', 'Cache-Control: no-store'),
  // line 18
  block('', 'a block without a language'),
].join('');

const source = [
  '/**',
  ' * A number.',
  ' *',
  ' * @example',
  ' * ```ts',
  ' * const wrong: string = 1;',
  ' * ```',
  ' * @returns nothing of this',
  ' */',
].join('\n');

describe('the check of the documentation', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'express-mcp-docs-'));
  let findings: ProgramFindings = new Map();

  beforeAll(async () => {
    mkdirSync(path.join(folder, 'docs/deeper'), { recursive: true });
    mkdirSync(path.join(folder, 'lib'));
    writeFileSync(path.join(folder, 'README.md'), readme);
    writeFileSync(path.join(folder, 'docs/deeper/server.md'), server);
    writeFileSync(path.join(folder, 'lib/number.ts'), source);
    findings = await checkPrograms(readDocBlocks(folder), root);
  }, 600_000);

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('accepts a program and the block that continues it', () => {
    expect(findings.get('README.md:2')).toEqual([]);
    expect(findings.has('README.md:6')).toBe(false);
  });

  it('finds what does not compile, at its place', () => {
    expect(findings.get('README.md:9')).toEqual(["README.md:9 Type 'string' is not assignable to type 'number'."]);
  });

  it('finds what fails when it is run', () => {
    expect(findings.get('README.md:12')).toEqual([expect.stringContaining('Error: thrown on purpose')]);
  });

  it('only compiles what says why it cannot be run', () => {
    expect(findings.get('README.md:15')).toEqual([]);
  });

  it('runs JavaScript that uses require', () => {
    expect(findings.get('README.md:18')).toEqual([]);
  });

  it('gives a server a free port, and ends although it is open', () => {
    expect(findings.get('docs/deeper/server.md:7')).toEqual([]);
  });

  it('finds what does not compile in the example of a doc comment', () => {
    expect(findings.get('lib/number.ts:6')).toEqual([
      "lib/number.ts:6 Type 'number' is not assignable to type 'string'.",
    ]);
  });

  it('finds blocks whose own text is wrong', () => {
    writeFileSync(path.join(folder, 'README.md'), unsound);
    expect(textProblems(readDocBlocks(folder), root)).toEqual([
      expect.stringMatching(/^README\.md:2 no JSON: SyntaxError: /),
      'README.md:5 package.json has no script "no-such-script"',
      'README.md:9 `no-run` must be followed by the reason',
      'README.md:12 what follows the language may be "continue" or "no-run <reason>", not "contniue"',
      'README.md:15 begins with neither a request line nor a status line: Cache-Control: no-store',
      'README.md:18 name a language after the fence, `text` if it has none',
    ]);
  });

  it('has nothing to say about a folder without documentation', () => {
    expect(readDocBlocks(path.join(folder, 'docs/deeper'))).toEqual({ blocks: [], programs: [] });
  });
});
