import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = path.join(import.meta.dirname, '../..');
const onOneLine = (text: string): string => text.replace(/\s+/g, ' ');
const rows = readFileSync(path.join(root, 'docs/mutation.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `lib/'))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')));

/** The text of a code span. */
const code = (cell = ''): string => cell.replace(/^(`+) ?(.*?) ?\1$/, '$2');

describe('docs/mutation.md', () => {
  it('speaks of lines that are in the sources, and says why for each', () => {
    const wrong = rows.filter(([, file, line, change = '', why]) => {
      const source = onOneLine(readFileSync(path.join(root, code(file)), 'utf8'));
      const [before] = change.split(' → ');
      return !source.includes(code(line)) || !source.includes(code(before)) || !why;
    });
    expect(wrong).toEqual([]);
  });
});

describe('the check of what survived', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'express-mcp-mutation-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const source = 'function f(a) {\n  return a || `${a}`;\n}\n';
  const mutant = (status: string) => ({
    status,
    replacement: 'a && `${a}`',
    location: { start: { line: 2, column: 10 }, end: { line: 2, column: 21 } },
  });
  const row =
    '| `lib/f.ts` | ``return a \\|\\| `${a}`;`` | ``a \\|\\| `${a}` `` → ``a && `${a}` `` | Nobody calls it. |';

  /** Runs the check on a report with one mutant and a document with these rows. */
  function check(status: string, rowsOfDocument: readonly string[], ...options: readonly string[]) {
    const [report, document] = [path.join(folder, 'report.json'), path.join(folder, 'document.md')];
    writeFileSync(report, JSON.stringify({ files: { 'lib/f.ts': { source, mutants: [mutant(status)] } } }));
    writeFileSync(document, ['# Mutation', '', '| file |', '| ---- |', ...rowsOfDocument, ''].join('\n'));
    const script = path.join(root, 'scripts/mutation/check-survivors.mjs');
    const run = spawnSync(process.execPath, [script, report, document, ...options], { encoding: 'utf8' });
    return { status: run.status, output: run.stdout + run.stderr };
  }

  it.each(['Survived', 'NoCoverage'])('passes when it is explained (%s)', (status) => {
    expect(check(status, [row])).toMatchObject({ status: 0 });
  });

  it.each(['Survived', 'NoCoverage'])('fails when it is not (%s), and shows the mutant', (status) => {
    const { status: exit, output } = check(status, []);
    expect(exit).toBe(1);
    expect(output).toContain('lib/f.ts | return a || `${a}`; | a || `${a}` → a && `${a}`');
  });

  it.each(['Killed', 'Timeout'])('fails when something is explained that did not survive (%s)', (status) => {
    const { status: exit, output } = check(status, [row]);
    expect(exit).toBe(1);
    expect(output).toContain('explains it, but it did not survive');
  });

  it('does not miss what a run of some files says nothing about', () => {
    expect(check('Killed', [row], '--partial')).toMatchObject({ status: 0 });
    expect(check('Survived', [], '--partial')).toMatchObject({ status: 1 });
  });

  it('fails on a row without a reason', () => {
    const { status, output } = check('Survived', [row.replace('Nobody calls it.', '')]);
    expect(status).toBe(1);
    expect(output).toContain('does not say why');
  });
});
