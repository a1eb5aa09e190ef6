import type { Chapter, Requirement, RequirementsOf } from './requirement.js';

const origin =
  'Made from `__tests__/requirements/manifest` by `npm run standards`. A test fails when a requirement has neither a test nor a reason. ' +
  'Only documents that are still under work may have open ones.';

/** docs/standards.md: one page that says how much is demanded where, and how much of it is shown by tests. */
export function renderOverview(chapters: readonly Chapter[]): string {
  const documents = chapters.flatMap((chapter) => chapter.documents);
  const total = countsOf(documents);
  const isRevision = ({ document }: RequirementsOf): boolean => revisionOf(document) !== undefined;
  return [
    '# Standards',
    '',
    'What the standards demand of a protected resource and of an MCP server, in our own words, and the tests that show it.',
    `${origin} The same test holds this page against the manifest.`,
    '',
    `${total.all} requirements: ${total.verified} verified by tests, ${total.notApplicable} that do not apply, ` +
      `${total.open} open.`,
    '',
    'To read each of them with its tests, run `npm run standards`: it writes `docs/standards/`, which the documentation site has too.',
    '',
    '## MCP, by page and revision',
    '',
    'Verified by tests, of all that the page demands. The rest does not apply, each with a reason.',
    '',
    ...renderRevisions(documents.filter(isRevision)),
    '',
    '## Other documents',
    '',
    '| document | requirements | verified | do not apply | open |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...documents.filter((document) => !isRevision(document)).map(renderCounts),
    '',
  ].join('\n');
}

/** The files of docs/standards, by name: each requirement with its tests, or the reason why it does not apply. */
export function renderChapters(chapters: readonly Chapter[]): ReadonlyMap<string, string> {
  return new Map(chapters.map((chapter) => [`${chapter.file}.md`, renderChapter(chapter)]));
}

/** `2025-11-25` of the documents `MCP 2025-11-25` and `MCP 2025-11-25: Authorization`. */
function revisionOf(document: string): string | undefined {
  return /^MCP (\d{4}-\d{2}-\d{2})(?:: Authorization)?$/.exec(document)?.[1];
}

function renderRevisions(documents: readonly RequirementsOf[]): readonly string[] {
  const revisions = [...new Set(documents.map(({ document }) => revisionOf(document)))].sort();
  const of = (revision: string | undefined): readonly RequirementsOf[] =>
    documents.filter(({ document }) => revisionOf(document) === revision);
  const pages = [...new Set(documents.flatMap((document) => document.requirements.map(pageIn(document))))].sort();
  const share = (all: readonly RequirementsOf[], isCounted: (page: string) => boolean): string => {
    const { verified, all: demanded } = countsOf(
      all.map((document) => ({
        ...document,
        requirements: document.requirements.filter((each) => isCounted(pageIn(document)(each))),
      })),
    );
    return demanded === 0 ? '' : `${verified} of ${demanded}`;
  };
  const row = (title: string, isCounted: (page: string) => boolean): string =>
    `| ${[title, ...revisions.map((revision) => share(of(revision), isCounted))].join(' | ')} |`;
  return [
    `| page | ${revisions.join(' | ')} |`,
    `| --- |${revisions.map(() => ' ---: |').join('')}`,
    ...pages.map((page) => row(page, (each) => each === page)),
    row('all pages', () => true),
  ];
}

/** The page of a requirement. A document about one page names headings alone. */
function pageIn({ document }: RequirementsOf): (requirement: Requirement) => string {
  return (requirement) => pageOf(requirement) || (document.endsWith('Authorization') ? 'basic/authorization' : 'index');
}

function renderCounts(document: RequirementsOf): string {
  const { all, verified, notApplicable, open } = countsOf([document]);
  return `| [${document.document}](${document.url}) | ${all} | ${verified} | ${notApplicable} | ${open} |`;
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
