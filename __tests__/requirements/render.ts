import type { Requirement, RequirementsOf } from './requirement.js';

/** docs/standards.md: what is demanded, and what shows that it is done. */
export function renderStandards(manifest: readonly RequirementsOf[]): string {
  const all = manifest.flatMap(({ requirements }) => requirements);
  const count = (test: (requirement: Requirement) => boolean): number => all.filter(test).length;
  const verified = count(({ verifiedBy }) => verifiedBy !== undefined);
  const parts = [
    '# Standards\n\nWhat the standards demand of a protected resource and of an MCP server that checks tokens, in our own words, and the ' +
      'tests that show it.\nMade from `__tests__/requirements/manifest` by `npm run standards`; a test fails when it is out of date, ' +
      'and when a requirement has no test.\n',
    `${String(all.length)} requirements: ${String(verified)} verified by tests, ` +
      `${String(count(({ notApplicable }) => notApplicable !== undefined))} that do not apply, ` +
      `${String(count(({ open }) => open !== undefined))} open.\n`,
    ...manifest.map(renderDocument),
  ];
  return parts.join('\n');
}

function renderDocument({ document, url, requirements }: RequirementsOf): string {
  const rows = requirements.map(
    ({ section, level, text, ...rest }) => `| ${section} | ${level} | ${text} | ${shownBy(rest)} |`,
  );
  return [
    `## [${document}](${url})`,
    '',
    '| section | | what | shown by |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function shownBy({ verifiedBy = [], notApplicable, open }: Partial<Requirement>): string {
  if (notApplicable !== undefined) return `does not apply: ${notApplicable}`;
  if (open !== undefined) return `**open**: ${open}`;
  const link = (file: string): string => `[${file}](../__tests__/${file}.test.ts)`;
  return verifiedBy.map(([file, name]) => `${link(file)}: ${name.replaceAll('|', '\\|')}`).join('<br>');
}
