// Options as people write them; the cases are data beside this file.
import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, createRegistry, mcpAuth, mcpRouter } from '../../lib/index.js';
import { readCases } from './cases.js';

interface ConfigurationCase {
  readonly of: 'mcpAuth' | 'mcpRouter';
  readonly source: string;
  readonly options: object;
  /** Part of the refusal; without it the options are taken. */
  readonly refused?: string;
}

describe('options as people write them', () => {
  const cases = readCases('configurations.json') as readonly ConfigurationCase[];

  it.each(cases.map((each) => [each.of, each.source, each] as const))('%s: %s', (_of, _source, each) => {
    const make = (): unknown =>
      each.of === 'mcpAuth'
        ? mcpAuth(each.options)
        : mcpRouter(createRegistry({ name: 'notes', version: '1.0.0' }), each.options);
    if (each.refused === undefined) {
      expect(make()).toBeInstanceOf(Function);
      return;
    }
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(each.refused);
  });
});
