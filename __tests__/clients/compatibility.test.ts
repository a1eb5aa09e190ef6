import { describe, expect, it } from '@jest/globals';
import { documentedTables } from './compatibility/document.js';
import { features } from './compatibility/features.js';
import { clients2 } from './compatibility/kinds/client-2.js';
import { sdks1 } from './compatibility/kinds/sdk-1.js';
import { columnOf, readColumn, renderTables } from './compatibility/render.js';
import { tryClient } from './compatibility/try-client.js';

// The clients that are programs of their own take longer: `npm run compatibility` runs them too, in CI as well.
const kinds = [...clients2, ...sdks1];

describe('docs/compatibility.md', () => {
  it.each(kinds)(
    'says of the client $name what it does in this very run',
    async (kind) => {
      const tried = await tryClient(kind);
      expect(readColumn(documentedTables(), kind.name)).toEqual(columnOf(tried));
      // "no" is for what we would have to mend.
      expect(Object.entries(tried.outcomes).filter(([, { cell }]) => cell === 'no')).toEqual([]);
    },
    60_000,
  );

  it.each(['mcp-remote', 'mcp-remote, auto', 'inspector', 'inspector, modern'])(
    'has a result of %s for every feature',
    (name) => {
      const facts = readColumn(documentedTables(), name)?.facts ?? {};
      for (const title of Object.values(features)) expect(facts[title]).toMatch(/^(yes|lacks it|mcp notes:write)$/);
    },
  );

  it('is read as it is written', () => {
    const tried = {
      name: 'some client',
      package: 'some',
      version: '1.0.0',
      how: 'by hand',
      revision: '2025-11-25',
      oldRevision: 'none',
      outcomes: { list: { cell: 'yes' }, call: { cell: 'lacks it', why: 'too young' } },
    };
    const column = readColumn(renderTables([tried, { ...tried, name: 'another' }]), 'some client');
    expect(column).toEqual(columnOf(tried));
    expect(column?.facts).toMatchObject({ revision: '2025-11-25', 'calls a tool': 'lacks it' });
    expect(column?.reasons).toEqual(['**some client**, calls a tool: too young']);
  });
});
