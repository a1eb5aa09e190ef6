import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import prettier from 'prettier';
import { chapters, documentsUnderWork, manifest } from './manifest/index.js';
import { renderChapters, renderOverview } from './render.js';
import type { Requirement } from './requirement.js';
import { TestNames } from './test-names.js';

const here = new URL('..', import.meta.url);
const files = new Map<string, TestNames>();

function testsOf(file: string): TestNames {
  const known = files.get(file) ?? new TestNames(new URL(`${file}.test.ts`, here).pathname);
  files.set(file, known);
  return known;
}

/**
 * Finds the faults of a requirement in the manifest.
 *
 * @param document - the document of the requirement
 */
function faultsOf(document: string, requirement: Requirement): readonly string[] {
  const { id, section, text, verifiedBy, notApplicable, open } = requirement;
  const answers = [verifiedBy?.length === 0 ? undefined : verifiedBy, notApplicable, open].filter(Boolean);
  return [
    ...(answers.length === 1 ? [] : [`${id} needs a test, or a reason why not`]),
    ...(open === undefined || documentsUnderWork.includes(document) ? [] : [`${id} is still open: ${open}`]),
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
    (document, requirements) => {
      expect(requirements.flatMap((requirement) => faultsOf(document, requirement))).toEqual([]);
    },
  );

  it('are open only in documents that are under work, and those still have some', () => {
    const withOpen = manifest.filter(({ requirements }) => requirements.some(({ open }) => open !== undefined));
    expect(withOpen.map(({ document }) => document)).toEqual(documentsUnderWork);
  });

  it('have names of their own', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it('are counted in docs/standards.md as they are', async () => {
    const file = new URL('../docs/standards.md', here);
    const options = await prettier.resolveConfig(file.pathname);
    const wanted = await prettier.format(renderOverview(chapters), { ...options, parser: 'markdown' });
    expect(readFileSync(file, 'utf8')).toBe(wanted);
  });

  it('stand each in one of the files that npm run standards writes', () => {
    const written = [...renderChapters(chapters).values()].join('');
    expect(all.filter(({ text }) => !written.includes(`| ${text} |`)).map(({ id }) => id)).toEqual([]);
  });
});

describe('the gate', () => {
  const requirement: Requirement = { id: 'x', section: '1', level: 'MUST', text: 'Do it.' };
  const finished = 'RFC 0';

  it.each<[string, Requirement, string]>([
    ['without a test', requirement, 'x needs a test, or a reason why not'],
    ['with an empty list of tests', { ...requirement, verifiedBy: [] }, 'x needs a test, or a reason why not'],
    [
      'with a test that does not exist',
      { ...requirement, verifiedBy: [['http/fields/cors', 'cors lets everybody in']] },
      'x: there is no test "cors lets everybody in" in http/fields/cors',
    ],
    [
      'with a row of a table that does not exist',
      { ...requirement, verifiedBy: [['http/endpoint/bad-input', 'a bad token that smells gets 401']] },
      'x: there is no test "a bad token that smells gets 401" in http/endpoint/bad-input',
    ],
    ['without words', { ...requirement, text: '', notApplicable: 'never' }, 'x says too little'],
    [
      'with two answers',
      {
        ...requirement,
        verifiedBy: [['requirements/requirements', 'the gate stops a requirement %s']],
        notApplicable: 'never',
      },
      'x needs a test, or a reason why not',
    ],
    ['that is open in a finished document', { ...requirement, open: 'a test' }, 'x is still open: a test'],
  ])('stops a requirement %s', (_what, wrong, fault) => {
    expect(faultsOf(finished, wrong)).toEqual([fault]);
  });

  it('lets one pass that is open in a document under work', () => {
    const faults = documentsUnderWork.flatMap((document) => faultsOf(document, { ...requirement, open: 'a test' }));
    expect(faults).toEqual([]);
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
