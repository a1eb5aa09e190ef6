// Each hostile case names a test that exists, and docs/hostile-cases.md is what the data says.
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import prettier from 'prettier';
import { TestNames } from '../requirements/test-names.js';
import type { HostileCase } from './cases.js';
import { cases, openCases } from './cases.js';
import { renderCases } from './render-cases.js';

const here = new URL('..', import.meta.url);
const texts = new Map<string, string | undefined>();
const tests = new Map<string, TestNames>();

/** The text of a file below `__tests__`, or undefined. */
function textOf(file: string): string | undefined {
  if (!texts.has(file)) {
    const url = new URL(file, here);
    texts.set(file, existsSync(url) ? readFileSync(url, 'utf8') : undefined);
  }
  return texts.get(file);
}

function testsOf(file: string, text: string): TestNames {
  const known = tests.get(file) ?? new TestNames(file, text);
  tests.set(file, known);
  return known;
}

/** Whether a text stands in the source as a whole string, or as code. */
function hasRow(source: string, row: string): boolean {
  const isCode = /^[`[]|: /.test(row);
  return (
    row === '' || (isCode && source.includes(row)) || [`'${row}'`, `"${row}"`].some((each) => source.includes(each))
  );
}

/** Faults of a case in the data. */
function faultsOf({ case: what, file, title, row = '', rowsIn = file }: HostileCase): readonly string[] {
  const [text, rows] = [textOf(file), textOf(rowsIn)];
  if (text === undefined || rows === undefined) {
    return [`${what}: there is no file ${text === undefined ? file : rowsIn}`];
  }
  const isTest = testsOf(file, text).names.some(({ title: name }) => name.includes(title));
  return [
    ...(isTest ? [] : [`${what}: there is no test "${title}" in ${file}`]),
    ...(hasRow(rows, row) ? [] : [`${what}: there is no row "${row}" in ${rowsIn}`]),
  ];
}

it('each case has a test that exists', () => {
  expect(cases.flatMap(faultsOf)).toEqual([]);
});

it('a case without its file, its test or its row is found', () => {
  const known = { part: 'x', case: 'x', file: 'adversarial/cases.test.ts', title: 'each case has a test' };
  expect(faultsOf(known)).toEqual([]);
  expect(faultsOf({ ...known, file: 'adversarial/gone.test.ts' })).toEqual([
    'x: there is no file adversarial/gone.test.ts',
  ]);
  expect(faultsOf({ ...known, title: ['each', 'renamed'].join(' ') })).toEqual([
    'x: there is no test "each renamed" in adversarial/cases.test.ts',
  ]);
  const row = ['no', 'such', 'row'].join(' ');
  expect(faultsOf({ ...known, row })).toEqual([`x: there is no row "${row}" in adversarial/cases.test.ts`]);
});

it('no case stands twice in a part', () => {
  const names = [...cases, ...openCases].map((each) => `${each.part}: ${each.case}`);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

it('docs/hostile-cases.md says what the data says', async () => {
  const page = new URL('../docs/hostile-cases.md', here);
  const options = await prettier.resolveConfig(page.pathname);
  const wanted = await prettier.format(renderCases(cases, openCases), { ...options, parser: 'markdown' });
  expect(readFileSync(page, 'utf8')).toBe(wanted);
});
