import type { HostileCase, OpenCase } from './cases.js';

/** docs/hostile-cases.md: each case with its test, and the cases without one. */
export function renderCases(cases: readonly HostileCase[], openCases: readonly OpenCase[]): string {
  const parts = [...new Set(cases.map(({ part }) => part))];
  return [
    '# Hostile cases',
    '',
    'The [threat model](threat-model.md) says what the package protects. This page lists the attacks that it refuses, each with the test ' +
      'that shows it.',
    'Made from `__tests__/adversarial/cases.ts` by `npm run standards`. A test fails when a test of this page is renamed or missing.',
    '',
    `${String(cases.length)} cases are held by a test, and ${String(openCases.length)} by something else.`,
    '',
    ...parts.flatMap((part) => [
      `## ${part}`,
      '',
      ...table(
        '| case | test | file |',
        cases
          .filter((each) => each.part === part)
          .map((each) => `| ${each.case} | ${testOf(each)} | ${linkTo(each.file)} |`),
      ),
    ]),
    '## Not held by a test',
    '',
    ...table(
      '| case | chapter | why |',
      openCases.map((each) => `| ${each.case} | ${each.part} | ${each.reason} |`),
    ),
  ].join('\n');
}

/** As narrow as it can be: aligned, one long row would widen all. */
function table(head: string, rows: readonly string[]): readonly string[] {
  return ['<!-- prettier-ignore -->', head, '| --- | --- | --- |', ...rows, ''];
}

function testOf({ title, row }: HostileCase): string {
  return row === undefined ? code(title) : `${code(title)}, row ${code(row)}`;
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}

function linkTo(file: string): string {
  return `[${file}](../__tests__/${file})`;
}
