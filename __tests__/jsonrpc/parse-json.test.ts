import { describe, expect, it } from '@jest/globals';
import { parseJson } from '../../lib/jsonrpc/parse-message.js';

const tooDeep = 'more than 64 objects and arrays inside each other';

describe('JSON text', () => {
  it('may have 64 objects and arrays inside each other, and as many beside each other as it likes', () => {
    expect(() => parseJson(`${'['.repeat(64)}${']'.repeat(64)}`)).not.toThrow();
    expect(() => parseJson(`[${Array.from({ length: 1_000 }, () => '{"a":[]}').join()}]`)).not.toThrow();
  });

  it.each(['['.repeat(65), '{"a":'.repeat(65), '[{"a":'.repeat(33), '['.repeat(4_194_304)])(
    'is refused beyond: %.20s',
    (text) => {
      expect(() => parseJson(text)).toThrow(tooDeep);
    },
  );

  it.each(['[', '{', String.raw`\"[`, String.raw`\\`])('does not count what stands in a text: %s', (piece) => {
    expect(() => parseJson(JSON.stringify([piece.repeat(100), piece.repeat(100)]))).not.toThrow();
  });

  it('counts behind a text that ends with a backslash', () => {
    expect(() => parseJson(String.raw`["\\",${'['.repeat(64)}`)).toThrow(tooDeep);
  });
});
