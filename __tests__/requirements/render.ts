import type { Chapter, Requirement, RequirementsOf } from './requirement.js';

const origin =
  'Made from `__tests__/requirements/manifest` by `npm run standards`; a test fails when it is out of date, and when a ' +
  'requirement has neither a test nor a reason.';

/** The files below docs/: what is demanded, and what shows that it is done. */
export function renderStandards(chapters: readonly Chapter[]): ReadonlyMap<string, string> {
  return new Map([
    ['standards.md', renderOverview(chapters)],
    ...chapters.map((chapter) => [`standards/${chapter.file}.md`, renderChapter(chapter)] as const),
  ]);
}

interface Counts {
  readonly all: number;
  readonly verified: number;
  readonly notApplicable: number;
  readonly open: number;
}

function countsOf(documents: readonly RequirementsOf[]): Counts {
  const all = documents.flatMap(({ requirements }) => requirements);
  const count = (test: (requirement: Requirement) => boolean): number => all.filter(test).length;
  return {
    all: all.length,
    verified: count(({ verifiedBy }) => verifiedBy !== undefined),
    notApplicable: count(({ notApplicable }) => notApplicable !== undefined),
    open: count(({ open }) => open !== undefined),
  };
}

function renderOverview(chapters: readonly Chapter[]): string {
  const total = countsOf(chapters.flatMap(({ documents }) => documents));
  const rows = chapters.flatMap(({ file, documents }) =>
    documents.map((document) => {
      const { all, verified, notApplicable, open } = countsOf([document]);
      const link = `[${document.document}](standards/${file}.md#${anchorOf(document.document)})`;
      return `| ${link} | ${all} | ${verified} | ${notApplicable} | ${open} |`;
    }),
  );
  return [
    '# Standards',
    '',
    'What the standards demand of a protected resource and of an MCP server, in our own words, and the tests that show it.',
    origin,
    '',
    `${total.all} requirements: ${total.verified} verified by tests, ${total.notApplicable} that do not apply, ` +
      `${total.open} open.`,
    '',
    '| document | requirements | verified | do not apply | open |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
  ].join('\n');
}

function renderChapter({ title, documents }: Chapter): string {
  return [`# ${title}`, '', `${origin} [All standards](../standards.md)`, '', ...documents.map(renderDocument)].join(
    '\n',
  );
}

function renderDocument({ document, url, requirements }: RequirementsOf): string {
  const parts = [`## ${document}`, '', `<${url}>`, ''];
  for (const page of new Set(requirements.map(pageOf))) {
    if (page !== '') parts.push(`### ${page}`, '');
    const rows = requirements.filter((requirement) => pageOf(requirement) === page);
    parts.push(renderTable(url, rows));
  }
  return parts.join('\n');
}

/** The page of a section that is written `page#heading`. */
function pageOf({ section }: Requirement): string {
  return section.includes('#') ? section.slice(0, section.indexOf('#')) : '';
}

/** As narrow as it can be: aligned, one long row would widen all, and one change would touch all. */
function renderTable(url: string, rows: readonly Requirement[]): string {
  return [
    '<!-- prettier-ignore -->',
    '| section | | what | shown by |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ section, level, text, ...rest }) => {
      const [page = '', heading] = section.split('#');
      const where = heading === undefined ? section : `[${heading}](${addressOf(url, page)}#${heading})`;
      return `| ${where} | ${level} | ${text} | ${shownBy(rest)} |`;
    }),
    '',
  ].join('\n');
}

function addressOf(url: string, page: string): string {
  return page === 'index' ? url : `${url}/${page}`;
}

function shownBy({ verifiedBy = [], notApplicable, open }: Partial<Requirement>): string {
  if (notApplicable !== undefined) return `does not apply: ${notApplicable}`;
  if (open !== undefined) return `**open**: ${open}`;
  const link = (file: string): string => `[${file}](../../__tests__/${file}.test.ts)`;
  return verifiedBy.map(([file, name]) => `${link(file)}: ${name.replaceAll('|', '\\|')}`).join('<br>');
}

/** The address that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
