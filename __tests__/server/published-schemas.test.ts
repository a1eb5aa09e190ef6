import { describe, expect, it } from '@jest/globals';
import { definitionsOf, publishedSchema, schemaErrors } from '../support/published-schemas.js';

describe('published schemas', () => {
  it.each(['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'] as const)('finds that of %s', (version) => {
    expect(Object.keys(definitionsOf(publishedSchema(version))).length).toBeGreaterThan(80);
    expect(schemaErrors(version, 'ListToolsResult', { tools: 'none' })).not.toEqual([]);
  });
});
