import { handshake, legacy, modern, modernCall } from './messages.mjs';
import { templates } from './templates.mjs';

const mib = 1024 * 1024;
const repeated = (length, make) => Array.from({ length }, (_none, index) => make(index)).join(',');

/** Four MiB that weigh twenty times as much. */
const heavyValue = `{"list":[${'{},'.repeat(1_350_000)}{}]}`;
const longText = 'x'.repeat(3.9 * mib);

/** Sends the same message as often as it is answered, on so many connections at once. */
const asOftenAsAnswered = (connections, make) => async (siege) => {
  await siege.inParallel(connections, async () => {
    let connection;
    let count = 0;
    while (siege.lasts) {
      if (connection === undefined || connection.isOver) connection = siege.connect();
      connection.send(make(count++, siege), siege.credentials());
      if ((await connection.firstData()) === undefined) await siege.breathe();
    }
  });
};

/** Opens one connection after the other, and leaves each as it is. */
const oneAfterTheOther = (most, open) => async (siege) => {
  for (let count = 0; count < most && siege.lasts; count++) {
    open(siege.connect(), siege, count);
    await siege.breathe();
  }
  await siege.end();
};

/** The worst that the limits allow, of each kind. `takes` says for how long it has to go on, in shares of the usual time. */
export const attacks = [
  {
    name: 'handshakes',
    run: asOftenAsAnswered(30, (count) => handshake({ experimental: { text: 'é'.repeat(32_000) + String(count) } })),
  },
  {
    name: 'sessions with URIs',
    run: async (siege) => {
      await siege.inParallel(10, async () => {
        while (siege.lasts) {
          const credentials = siege.credentials();
          const connection = siege.connect();
          connection.send(handshake(), credentials);
          const id = /mcp-session-id: (\S+)/i.exec((await connection.firstData()) ?? '')?.[1];
          if (id === undefined) continue;
          const headers = { 'Mcp-Session-Id': id, 'MCP-Protocol-Version': '2025-11-25' };
          for (let count = 0; count < 60 && siege.lasts; count++) {
            const uri = `notes:///é${'x'.repeat(4000)}/1/${String(count)}`;
            const message = { jsonrpc: '2.0', id: count, method: 'resources/subscribe', params: { uri } };
            connection.send(legacy(message, headers), credentials);
            if ((await connection.firstData()) === undefined) break;
          }
          connection.close();
        }
      });
    },
  },
  {
    name: 'tasks that run',
    run: asOftenAsAnswered(10, () => modernCall('job', `{"ms":60000,"length":1,"text":"${'é'.repeat(mib / 2)}"}`)),
  },
  {
    name: 'tasks that end',
    run: asOftenAsAnswered(20, () => modernCall('job', `{"ms":0,"length":1000000,"text":"${'é'.repeat(100_000)}"}`)),
  },
  {
    name: 'unfinished bodies',
    run: oneAfterTheOther(600, (connection, siege) => {
      const message = modernCall('hold', `{"text":"${longText}"}`);
      connection.head(message, { ...siege.credentials(), 'Content-Length': message.body.length });
      connection.write(message.body.slice(0, -1));
      connection.readOn();
    }),
  },
  {
    name: 'unfinished chunked bodies',
    run: oneAfterTheOther(600, (connection, siege) => {
      const { headers } = modernCall('hold', '{}');
      connection.head({ headers }, { ...siege.credentials(), 'Transfer-Encoding': 'chunked' });
      connection.write(`${longText.length.toString(16)}\r\n${longText}\r\n`);
      connection.readOn();
    }),
  },
  {
    name: 'bodies that never end',
    run: async (siege) => {
      const frame = `${(64 * 1024).toString(16)}\r\n${'x'.repeat(64 * 1024)}\r\n`;
      await siege.inParallel(8, async () => {
        while (siege.lasts) {
          const connection = siege.connect();
          connection.head(modernCall('hold', '{}'), { Authorization: 'Bearer forged', 'Transfer-Encoding': 'chunked' });
          while (siege.lasts && !connection.isOver) {
            if (!connection.write(frame)) await connection.drained();
          }
          connection.close();
        }
      });
    },
  },
  { name: 'heavy values', run: asOftenAsAnswered(20, () => modernCall('hold', heavyValue)) },
  {
    name: 'calls that wait',
    run: async (siege) => {
      await siege.inParallel(20, async () => {
        while (siege.lasts) {
          const connection = siege.connect();
          // Pipelined, so that one connection is many calls.
          const args = `{"text":"${'é'.repeat(6000)}"}`;
          for (let count = 0; count < 100; count++) connection.send(modernCall('hold', args), siege.credentials());
          connection.readOn();
          await siege.breathe(50);
        }
      });
    },
  },
  {
    name: 'answers that nobody reads',
    run: oneAfterTheOther(600, (connection, siege) => {
      connection.send(modernCall('long', '{"length":4194304}'), siege.credentials());
    }),
  },
  {
    name: 'streams that nobody reads',
    run: oneAfterTheOther(600, (connection, siege) => {
      const { headers, body } = modernCall('stream', '{"length":4194304}');
      const progressing = body.replace('"_meta":{', '"_meta":{"progressToken":1,');
      connection.send({ headers, body: progressing }, siege.credentials());
    }),
  },
  {
    name: 'subscriptions',
    run: oneAfterTheOther(4000, (connection, siege, count) => {
      const uris = Array.from(
        { length: 1000 },
        (_none, index) => `notes:///o/${String(index % 400)}/${'é'.repeat(200)}${index}`,
      );
      const id = `${'é'.repeat(1000)}${String(count)}`;
      connection.send(
        modern('subscriptions/listen', { notifications: { resourceSubscriptions: uris } }, id),
        siege.credentials(),
      );
      connection.readOn();
    }),
  },
  {
    name: 'event logs',
    run: async (siege) => {
      await siege.inParallel(10, async () => {
        while (siege.lasts) {
          const credentials = siege.credentials();
          const connection = siege.connect();
          connection.send(handshake(), credentials);
          const id = /mcp-session-id: (\S+)/i.exec((await connection.firstData()) ?? '')?.[1];
          const headers = { 'Mcp-Session-Id': id, 'MCP-Protocol-Version': '2025-11-25' };
          for (let count = 0; count < 20 && siege.lasts && id !== undefined; count++) {
            const stream = siege.connect();
            const params = { name: 'stream', arguments: { length: 4 * mib }, _meta: { progressToken: 1 } };
            stream.send(legacy({ jsonrpc: '2.0', id: count, method: 'tools/call', params }, headers), credentials);
            await stream.firstData();
            stream.close();
          }
          connection.close();
        }
      });
    },
  },
  {
    name: 'state to be sealed',
    run: asOftenAsAnswered(10, () => modernCall('ask', `{"text":"${'x'.repeat(2 * mib)}"}`)),
  },
  {
    name: 'invented sealed state',
    run: asOftenAsAnswered(10, () =>
      modern('tools/call', { name: 'ask', arguments: {}, requestState: `e.${longText}` }),
    ),
  },
  {
    name: 'invented opaque tokens',
    run: async (siege) => {
      await siege.inParallel(4, async () => {
        while (siege.lasts) {
          const connection = siege.connect();
          connection.readOn();
          for (let count = 0; count < 1500; count++) {
            connection.send(modern('tools/call', { name: 'quick' }), {
              Authorization: `Bearer opaque-${Math.random()}`,
            });
          }
          await siege.breathe(200);
        }
      });
    },
  },
  {
    name: 'batches',
    run: asOftenAsAnswered(10, () => {
      const call = (id) => ({
        jsonrpc: '2.0',
        id,
        method: 'resources/read',
        params: { uri: `notes:///o/${id}/${'x'.repeat(5000)}` },
      });
      const messages = Array.from({ length: 100 }, (_none, index) => call(index));
      return legacy(messages, { 'MCP-Protocol-Version': '2025-03-26' });
    }),
  },
  { name: 'deep nesting', run: asOftenAsAnswered(10, () => modernCall('quick', '['.repeat(3.9 * mib))) },
  {
    name: 'different elements',
    run: asOftenAsAnswered(10, () =>
      modernCall('different', `{"list":[${repeated(40_000, (index) => `{"a":${index}}`)}]}`),
    ),
  },
  {
    name: 'patterns',
    run: asOftenAsAnswered(10, () => modernCall('pattern', `{"text":"${'a.'.repeat(1.9 * mib)}"}`)),
  },
  {
    name: 'URIs of many templates',
    run: asOftenAsAnswered(10, (count) => {
      const uris = Array.from(
        { length: 1000 },
        (_none, index) => `notes:///%61/${index}/${templates.length + count}/x`,
      );
      return modern('subscriptions/listen', { notifications: { resourceSubscriptions: uris } });
    }),
  },
];
