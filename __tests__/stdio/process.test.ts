import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BundledPrograms } from '../support/bundled-programs.js';

const source = '__tests__/support/stdio-server.ts';
const closing: (() => Promise<void>)[] = [];
let programs: BundledPrograms;
let program: string[];

beforeAll(async () => {
  programs = await BundledPrograms.of(source);
  program = [programs.fileOf(source)];
});
afterAll(async () => {
  for (const close of closing) await close();
  programs.remove();
});

describe('a server process over its own standard streams', () => {
  it.each(['legacy', 'auto'] as const)(
    'serves the official client 2.x in %s mode',
    async (mode) => {
      const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
      await client.connect(new StdioClientTransport({ command: process.execPath, args: program }));
      closing.push(() => client.close());
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['read', 'delete']);
      expect((await client.callTool({ name: 'read' })).content).toEqual([{ type: 'text', text: 'a note' }]);
      await expect(client.callTool({ name: 'delete' })).rejects.toThrow(/requires notes:write/);
    },
    30_000,
  );

  it('serves the official client 1.x', async () => {
    const client = new OldClient({ name: 'test', version: '1.0.0' });
    await client.connect(new OldStdioClientTransport({ command: process.execPath, args: program }));
    closing.push(() => client.close());
    expect((await client.callTool({ name: 'read' })).content).toEqual([{ type: 'text', text: 'a note' }]);
    await expect(client.callTool({ name: 'delete' })).rejects.toThrow(/requires notes:write/);
  });

  it('exits by itself when its input ends, having written nothing but messages', async () => {
    const child = spawn(process.execPath, program, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    child.stdin.end('not json\n{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
    const first = (await lines.next()).value as string;
    const second = (await lines.next()).value as string;
    expect([JSON.parse(first), JSON.parse(second)]).toMatchObject([{ error: { code: -32700 } }, { id: 1, result: {} }]);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  });
});
