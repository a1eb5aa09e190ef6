import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import { TestServer } from '../support/dispatching.js';

/** Formats with values as people and models write them: right ones, and wrong ones. */
const samples: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['date', ['2024-02-29', '2026-12-31'], ['2023-02-29', '2026-13-01', '31.12.2026', '2026-1-1', 'today']],
  ['time', ['10:00:00Z', '10:00:00.5+02:00', '23:59:60Z'], ['10:00', '25:00:00Z', '10:00:00', '9 pm']],
  [
    'date-time',
    ['2026-01-12T15:00:58Z', '2026-01-12t15:00:58.123-05:00'],
    ['2026-01-12 15:00:58', '2026-01-12T15:00', '2026-01-12'],
  ],
  [
    'email',
    ['ada@example.com', "o'neil+x@a.example"],
    ['ada', 'ada@', '@example.com', 'Ada <ada@example.com>', 'a b@example.com'],
  ],
  [
    'hostname',
    ['example.com', 'localhost', 'xn--bcher-kva.example'],
    ['-a.example', 'a..example', 'a_b.example', 'https://example.com'],
  ],
  ['ipv4', ['127.0.0.1', '255.255.255.255'], ['256.0.0.1', '127.1', '01.2.3.4', '::1']],
  ['ipv6', ['::1', '2001:db8::8a2e:370:7334', '::ffff:192.0.2.1'], ['127.0.0.1', ':::', '[::1]', '1:2:3']],
  [
    'uri',
    ['https://example.com/a?b#c', 'urn:isbn:0451450523'],
    ['/a', 'example.com', 'https://a b', 'https://exämple.com'],
  ],
  ['uri-reference', ['/a', '../b?c', 'https://example.com'], ['a b', '\\a', '%zz']],
  [
    'uuid',
    ['123e4567-e89b-12d3-a456-426614174000', 'F47AC10B-58CC-4372-A567-0E02B2C3D479'],
    ['123e4567', '{123e4567-e89b-12d3-a456-426614174000}'],
  ],
];

function serverWith(format: string, checkFormats: boolean): TestServer {
  const registry = createRegistry({ name: 'wild', version: '1.0.0' }, { checkFormats });
  registry.tool(
    'take',
    { inputSchema: { type: 'object', properties: { a: { type: 'string', format } } } },
    () => 'taken',
  );
  return new TestServer(registry);
}

async function isTaken(server: TestServer, a: string): Promise<boolean> {
  const { body } = await server.call('2025-11-25', 'tools/call', { name: 'take', arguments: { a } });
  return body?.result?.['isError'] !== true;
}

describe('checkFormats', () => {
  it.each(samples)('lets %s decide, and without it nothing', async (format, right, wrong) => {
    const [strict, lax] = [serverWith(format, true), serverWith(format, false)];
    for (const value of right) expect([value, await isTaken(strict, value)]).toEqual([value, true]);
    for (const value of wrong) expect([value, await isTaken(strict, value)]).toEqual([value, false]);
    for (const value of wrong) expect([value, await isTaken(lax, value)]).toEqual([value, true]);
  });

  it.each([
    'int32',
    'int64',
    'float',
    'double',
    'byte',
    'binary',
    'password',
    'decimal',
    'cuid',
    'ulid',
    'emoji',
    'phone',
    'constructor',
  ])('leaves formats of others annotations: %s', async (format) => {
    expect(await isTaken(serverWith(format, true), 'anything')).toBe(true);
  });

  it('is true or false', () => {
    const make = () => createRegistry({ name: 'wild', version: '1.0.0' }, { checkFormats: 'yes' as never });
    expect(make).toThrow('createRegistry: checkFormats must be true or false.');
  });
});
