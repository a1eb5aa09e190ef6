// The requests of each release of each client, recorded by `npm run wild:record`, replayed against the endpoint.
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { whileListening } from '../support/listening.js';
import type { RecordedExchange, Recording } from './recording/recorded.js';
import { answerOf } from './recording/recorded.js';
import { recordedApp } from './recording/registry.js';

const folder = path.join(import.meta.dirname, 'clients');
const recordings = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Recording,
);

/** Releases of each client, for all of docs/compatibility.md and more. */
const releases: Readonly<Record<string, number>> = {
  'ai-sdk': 3,
  'client, auto': 3,
  'client, legacy': 3,
  'inspector, legacy': 3,
  'inspector, modern': 3,
  'mcp-remote': 3,
  sdk: 7,
};

type Outcome = Pick<RecordedExchange, 'answer' | 'contentType' | 'status'>;

/** Sends a request as it was recorded. */
async function replay(port: number, exchange: RecordedExchange, session: string | undefined) {
  const headers = Object.entries(exchange.headers).flatMap(([name, value]): (readonly [string, string])[] =>
    value !== '{session}' ? [[name, value]] : session === undefined ? [] : [[name, session]],
  );
  const { method, path: target, body } = exchange;
  const sent = request({
    host: '127.0.0.1',
    port,
    path: target,
    method,
    headers: Object.fromEntries(headers),
    agent: false,
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode: status = 0, headers: answered } = response;
  const contentType = answered['content-type'];
  const outcome: Outcome = { status, ...(contentType === undefined ? {} : { contentType }) };
  // Streams without an answer have no end.
  const text = exchange.answer === undefined ? '' : await textOf(response);
  sent.destroy();
  const answer = answerOf(text);
  return {
    outcome: answer === undefined ? outcome : { ...outcome, answer },
    session: (answered['mcp-session-id'] as string | undefined) ?? session,
  };
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.startsWith('event:') || text.startsWith('id:') || text.startsWith('data:')) {
      if (answerOf(text) !== undefined) break;
    }
  }
  return text;
}

describe('the requests of', () => {
  it.each(recordings.map((each) => [`${each.client} ${each.version}`, each] as const))(
    '%s are answered as when they were recorded',
    async (_name, { exchanges }) => {
      const outcomes = await whileListening(recordedApp(), async (port) => {
        const found: Outcome[] = [];
        let session: string | undefined;
        for (const exchange of exchanges) {
          const replayed = await replay(port, exchange, session);
          found.push(replayed.outcome);
          session = replayed.session;
        }
        return found;
      });
      expect(outcomes).toEqual(
        exchanges.map(({ status, contentType, answer }) => ({
          status,
          ...(contentType === undefined ? {} : { contentType }),
          ...(answer === undefined ? {} : { answer }),
        })),
      );
    },
  );

  it('three releases of each client are there, and what they send is served', () => {
    const counts = Object.fromEntries(
      Object.keys(releases).map((name) => [name, recordings.filter(({ client }) => client === name).length]),
    );
    expect(counts).toEqual(releases);
    for (const { exchanges } of recordings) {
      const calls = exchanges.filter(
        ({ body }) => (body as { readonly method?: string } | undefined)?.method === 'tools/call',
      );
      expect(calls.length).toBeGreaterThan(0);
      expect(calls[0]).toMatchObject({ status: 200, answer: { result: expect.arrayContaining(['content']) } });
    }
  });
});
