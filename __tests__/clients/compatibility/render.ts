import type { Feature } from './features.js';
import { features } from './features.js';
import type { Tried } from './try-client.js';

/** The documentation of one client: a text for each line of its tables, and its missing features. */
export interface Column {
  readonly facts: Readonly<Record<string, string>>;
  readonly reasons: readonly string[];
}

/** The results of a client in the words of the documentation. */
export function columnOf({ name, package: packageName, version, how, revision, oldRevision, outcomes }: Tried): Column {
  const cells = (Object.keys(features) as Feature[]).map((feature) => {
    return [features[feature], outcomes[feature]?.cell ?? 'was not tried'] as const;
  });
  return {
    facts: {
      package: `\`${packageName}\` ${version}`,
      driven: how,
      revision,
      'at an endpoint of 2025-03-26 only': oldRevision,
      ...Object.fromEntries(cells),
    },
    reasons: reasonsOf(outcomes).map(([why, titles]) => `**${name}**, ${titles.join('; ')}: ${why}`),
  };
}

/** Each reason once, with its features. */
function reasonsOf(outcomes: Tried['outcomes']): readonly (readonly [string, readonly string[]])[] {
  const titlesBy = new Map<string, string[]>();
  for (const feature of Object.keys(features) as Feature[]) {
    const why = outcomes[feature]?.why;
    if (why === undefined) continue;
    titlesBy.set(why, [...(titlesBy.get(why) ?? []), features[feature]]);
  }
  return [...titlesBy];
}

const aboutClient = ['package', 'driven', 'revision', 'at an endpoint of 2025-03-26 only'];

/** The part of docs/compatibility.md that is made by a run, before Prettier. */
export function renderTables(all: readonly Tried[]): string {
  const columns = all.map((tried) => ({ name: tried.name, ...columnOf(tried) }));
  const clients = columns.map(({ name, facts }) => [name, ...aboutClient.map((fact) => facts[fact] ?? '')]);
  const rows = Object.values(features).map((title) => [title, ...columns.map(({ facts }) => facts[title] ?? '')]);
  return [
    table(['client', ...aboutClient], clients),
    table(['', ...columns.map(({ name }) => name)], rows),
    columns.flatMap(({ reasons }) => reasons.map((reason) => `- ${reason}`)).join('\n'),
  ].join('\n\n');
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heading, heading.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The column of a client in a text with such tables; undefined without one. */
export function readColumn(text: string, name: string): Column | undefined {
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const about = rows.find(([first]) => first === name);
  const headingAt = rows.findIndex(([first, ...names]) => first === '' && names.includes(name));
  if (about === undefined || headingAt < 0) return undefined;
  const place = rows[headingAt]?.indexOf(name) ?? 0;
  const cells = rows.slice(headingAt + 2).map((row) => [row[0] ?? '', row[place] ?? ''] as const);
  return {
    facts: {
      ...Object.fromEntries(aboutClient.map((fact, index) => [fact, about[index + 1] ?? ''])),
      ...Object.fromEntries(cells),
    },
    reasons: text
      .split('\n')
      .filter((line) => line.startsWith(`- **${name}**,`))
      .map((line) => line.slice(2)),
  };
}
