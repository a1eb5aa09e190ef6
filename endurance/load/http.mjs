import { Agent, request } from 'node:http';
import { Failure } from './failure.mjs';

/** How long an answer is waited for. */
export const patienceMs = 25_000;

/** HTTP as a client with connections that are kept: no retries, and it tells how a request failed. */
export class HttpClient {
  #agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  /**
   * @param {{ port: number, method?: string, headers?: object, body?: string }} wanted
   * @returns the response, as soon as it has begun; `response.destroy()` ends the connection
   * @throws Failure
   */
  send({ port, method = 'POST', headers = {}, body = '' }) {
    return new Promise((resolve, reject) => {
      const options = { agent: this.#agent, host: '127.0.0.1', port, path: '/mcp', method, headers };
      const sent = request(options, resolve);
      sent.setTimeout(patienceMs, () => sent.destroy(new Failure('silent', `no answer within ${patienceMs} ms`)));
      sent.on('error', (error) => {
        if (error instanceof Failure) reject(error);
        else if (error.code === 'ECONNREFUSED') reject(new Failure('refused', error.code));
        else reject(new Failure('closed', error.code ?? error.message));
      });
      sent.end(body);
    });
  }

  close() {
    this.#agent.destroy();
  }
}

/** The whole body. @throws Failure */
export async function textOf(response) {
  let text = '';
  for await (const chunk of chunksOf(response)) text += chunk;
  return text;
}

/** The events of a stream, as they come. @throws Failure when it does not end as streams do */
export async function* eventsOf(response) {
  let text = '';
  for await (const chunk of chunksOf(response)) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop();
    yield* blocks.map(readEvent);
  }
}

function readEvent(block) {
  const fields = block.split('\n').map((line) => /^([^:]*): ?(.*)$/.exec(line) ?? []);
  const { id, data } = Object.fromEntries(fields.map(([, name, value]) => [name, value]));
  return { id, message: data === undefined || data === '' ? undefined : JSON.parse(data) };
}

async function* chunksOf(response) {
  response.setEncoding('utf8');
  try {
    yield* response;
  } catch (error) {
    throw error instanceof Failure ? error : new Failure('broken', error.code ?? error.message);
  }
}
