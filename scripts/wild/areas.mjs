/** The areas of __tests__/wild, each with its test files. */
export const areas = [
  { area: 'The table of issue 14, cell by cell', files: ['table.test.ts'] },
  { area: 'Schemas as people and generators write them', files: ['schemas.test.ts', 'generators.test.ts'] },
  { area: 'Schema libraries, by version', files: ['libraries.test.ts'] },
  { area: 'Formats', files: ['formats.test.ts'] },
  {
    area: 'Values that handlers return, and definitions',
    files: ['values.test.ts', 'returned.test.ts', 'shapes.test.ts'],
  },
  {
    area: 'Header fields, null, origins and depth over sockets',
    files: ['http.test.ts', 'values-http.test.ts', 'repeated.test.ts', 'ids.test.ts'],
  },
  { area: 'URIs and templates', files: ['uris.test.ts'] },
  { area: 'Tokens, issuers, metadata and key sets', files: ['tokens.test.ts', 'published.test.ts'] },
  { area: 'Options as people write them', files: ['configurations.test.ts'] },
  { area: 'Recorded clients', files: ['clients.test.ts'] },
];
