import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BundledPrograms } from '../support/bundled-programs.js';

interface SeenSpan {
  readonly name: string;
  readonly kind: number;
  readonly by: string;
  readonly id: string;
  readonly trace: string;
  readonly parent?: string;
  readonly links: readonly string[];
}

interface Seen {
  readonly answer: unknown;
  readonly spans: readonly SeenSpan[];
  readonly metrics: readonly string[];
}

let programs: BundledPrograms;
let folder: string;
beforeAll(async () => {
  programs = await BundledPrograms.of('lib/index.ts', 'lib/opentelemetry/index.ts');
  folder = path.dirname(programs.fileOf('lib/index.ts'));
});
afterAll(() => {
  programs.remove();
});

describe('the SDK for Node, with the instrumentations of HTTP, Express and undici', () => {
  it.each(
    (['observe.mjs', 'observe.cjs'] as const).flatMap((file) =>
      (['sdk-first', 'ours-first'] as const).map((order) => [file, order] as const),
    ),
  )('gets whole traces and metrics from %s, %s', async (file, order) => {
    const { NODE_OPTIONS: _options, ...env } = process.env;
    const program = path.resolve('tools/telemetry', file);
    const { stdout } = await promisify(execFile)(process.execPath, [program, folder, order], { env });
    const { answer, spans, metrics } = JSON.parse(stdout) as Seen;
    expect(answer).toMatchObject({ result: { content: [{ text: 'done' }] } });
    const ours = spans.find(({ name }) => name === 'tools/call relay');
    expect(ours).toMatchObject({
      kind: 1,
      by: 'express-mcp',
      trace: '0af7651916cd43dd8448eb211c80319c',
      parent: 'b7ad6b7169203331',
    });
    // It links to the span of Express or of HTTP around it.
    const [linked] = spans.filter(({ id }) => ours?.links.includes(id));
    expect(linked?.by).toMatch(/instrumentation-(http|express)$/);
    const http = spans.filter(({ by, kind }) => by.endsWith('instrumentation-http') && kind === 1);
    expect(http.map(({ trace }) => trace)).toContain(linked?.trace);
    const upstream = spans.find(({ parent, kind }) => parent === ours?.id && kind === 2);
    expect(upstream).toMatchObject({ by: '@opentelemetry/instrumentation-undici', trace: ours?.trace });
    // … and on to the server that it calls.
    expect(http.some(({ parent }) => parent === upstream?.id)).toBe(true);
    expect(metrics).toEqual(expect.arrayContaining(['mcp.server.operation.duration', 'express_mcp.streams']));
  });
});
