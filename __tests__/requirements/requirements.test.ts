import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import prettier from 'prettier';
import { chapters, manifest } from './manifest/index.js';
import { renderStandards } from './render.js';
import type { Requirement } from './requirement.js';
import { TestNames } from './test-names.js';

const here = new URL('..', import.meta.url);
const files = new Map<string, TestNames>();

function testsOf(file: string): TestNames {
  const known = files.get(file) ?? new TestNames(new URL(`${file}.test.ts`, here).pathname);
  files.set(file, known);
  return known;
}

/** What is wrong with a requirement of the manifest. */
function faultsOf({ id, section, text, verifiedBy, notApplicable, open }: Requirement): readonly string[] {
  const answers = [verifiedBy?.length === 0 ? undefined : verifiedBy, notApplicable, open].filter(Boolean);
  return [
    ...(answers.length === 1 ? [] : [`${id} needs a test, or a reason why not`]),
    ...(section === '' || text === '' ? [`${id} says too little`] : []),
    ...(verifiedBy ?? []).flatMap(([file, name]) =>
      testsOf(file).has(name) ? [] : [`${id}: there is no test "${name}" in ${file}`],
    ),
  ];
}

describe('the requirements of the standards', () => {
  const all = manifest.flatMap(({ requirements }) => requirements);

  it.each(manifest.map(({ document, requirements }) => [document, requirements] as const))(
    'of %s each have a test that exists',
    (_document, requirements) => {
      expect(requirements.flatMap(faultsOf)).toEqual([]);
    },
  );

  it('have names of their own', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it('are in docs/standards.md and the files below it as they are', async () => {
    const docs = new URL('../docs/', here);
    const options = await prettier.resolveConfig(new URL('standards.md', docs).pathname);
    const rendered = renderStandards(chapters);
    for (const [file, text] of rendered) {
      const formatted = await prettier.format(text, { ...options, parser: 'markdown' });
      expect({ file, text: readFileSync(new URL(file, docs), 'utf8') }).toEqual({ file, text: formatted });
    }
    const files = readdirSync(new URL('standards/', docs)).map((file) => `standards/${file}`);
    expect(['standards.md', ...files].sort()).toEqual([...rendered.keys()].sort());
  });
});

describe('the gate', () => {
  const requirement: Requirement = { id: 'x', section: '1', level: 'MUST', text: 'Do it.' };

  it.each<[string, Requirement, string]>([
    ['without a test', requirement, 'x needs a test, or a reason why not'],
    ['with an empty list of tests', { ...requirement, verifiedBy: [] }, 'x needs a test, or a reason why not'],
    [
      'with a test that does not exist',
      { ...requirement, verifiedBy: [['express/cors', 'cors lets everybody in']] },
      'x: there is no test "cors lets everybody in" in express/cors',
    ],
    [
      'with a row of a table that does not exist',
      { ...requirement, verifiedBy: [['express/bad-input', 'a bad token that smells gets 401']] },
      'x: there is no test "a bad token that smells gets 401" in express/bad-input',
    ],
    ['without words', { ...requirement, text: '', open: 'later' }, 'x says too little'],
    [
      'with two answers',
      { ...requirement, open: 'later', notApplicable: 'never' },
      'x needs a test, or a reason why not',
    ],
  ])('stops a requirement %s', (_what, wrong, fault) => {
    expect(faultsOf(wrong)).toEqual([fault]);
  });

  it('does not count a test that is skipped, or that only a comment names', () => {
    const source = "// it('a', f)\nit.skip('a', f); describe('b', () => { it('c', f); it.each([['d']])('e %s', f); });";
    const names = new TestNames('x.ts', source);
    expect(['a', 'b', 'c', 'b c', 'b e d', 'b e f'].filter((name) => names.has(name))).toEqual([
      'b c',
      'b e d',
      'b e f',
    ]);
  });
});
