// Ids of requests as JSON writers of many languages send them, byte for byte.
import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import { parseJson, parseMessage } from '../../lib/jsonrpc/parse-message.js';
import { TestServer } from '../support/dispatching.js';

const range = 'id must be a string, or an integer from -(2^53 - 1) to 2^53 - 1';
const kind = 'id must be a string or an integer';

const taken: readonly (readonly [string, string, number | string])[] = [
  ['zero', '0', 0],
  ['a negative one', '-7', -7],
  ['negative zero', '-0', 0],
  ['the greatest', '9007199254740991', 9007199254740991],
  ['the least', '-9007199254740991', -9007199254740991],
  ['an exponent', '1e2', 100],
  ['an exponent with a sign', '1.5E+1', 15],
  ['a negative exponent that leaves an integer', '1500e-2', 15],
  ['a float that is an integer (Lua, Perl)', '1.0', 1],
  ['the empty text', '""', ''],
  ['a number as a text', '"1"', '1'],
  ['a UUID', '"6ba7b810-9dad-11d1-80b4-00c04fd430c8"', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
  ['spaces', '" "', ' '],
  ['escapes', String.raw`"\u0041\n\""`, 'A\n"'],
  ['letters beyond ASCII', '"日本"', '日本'],
  ['an emoji in two escapes', String.raw`"\ud83d\ude00"`, '😀'],
  ['the text null', '"null"', 'null'],
  ['the text __proto__', '"__proto__"', '__proto__'],
  ['1,024 characters', `"${'x'.repeat(1024)}"`, 'x'.repeat(1024)],
];

const refused: readonly (readonly [string, string, string])[] = [
  ['2^53', '9007199254740992', range],
  ['2^53 + 1, which is read as 2^53', '9007199254740993', range],
  ['-2^53', '-9007199254740992', range],
  ['a snowflake (Discord, Twitter)', '1146845512345678901', range],
  ['2^63 - 1 (Go, Java, Rust)', '9223372036854775807', range],
  ['nanoseconds of Unix', '1767225600000000000', range],
  ['1e21', '1e21', range],
  ['1e308', '1e308', range],
  ['beyond any double', '1e400', range],
  ['below any double', '-1e400', range],
  ['a fraction', '1.5', kind],
  ['a small fraction', '1e-7', kind],
  ['true', 'true', kind],
  ['false', 'false', kind],
  ['null', 'null', kind],
  ['a list', '[1]', kind],
  ['an object', '{"id":1}', kind],
  ['1,025 characters', `"${'x'.repeat(1025)}"`, 'id must have at most 1024 characters'],
];

const ping = (id: string): string => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`;

describe('an id', () => {
  it.each(taken)('is answered as it is: %s', async (_what, written, id) => {
    const message = parseMessage(parseJson(ping(written)));
    expect(JSON.parse(JSON.stringify(message))).toEqual({ kind: 'request', id, method: 'ping', params: {} });
    const server = new TestServer(createRegistry({ name: 'wild', version: '1.0.0' }));
    const { body } = await server.send(parseJson(ping(written)), { header: '2025-11-25' });
    expect(JSON.parse(JSON.stringify(body))).toEqual({ jsonrpc: '2.0', id, result: {} });
  });

  it.each(refused)('is refused with a text that is true: %s', (_what, written, reason) => {
    expect(parseMessage(parseJson(ping(written)))).toEqual({ kind: 'invalid', id: undefined, reason });
  });
});
