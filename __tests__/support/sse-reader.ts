import type { JsonRpcMessage } from './running-endpoint.js';

/** One block of a stream of server-sent events: an event, or a comment, or only a field such as `retry`. */
export interface SseBlock {
  readonly id?: string;
  readonly retry?: string;
  readonly comment?: string;
  /** Undefined when there is no data line, which makes no event (WHATWG HTML §9.2.6). */
  readonly data?: string;
}

/** Reads a stream of server-sent events, block by block. */
export class SseReader {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #buffer = '';

  constructor(response: Response) {
    if (response.body === null) throw new Error('There is no body');
    this.response = response;
    this.#reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  }

  /** @returns undefined when the stream has ended */
  async nextBlock(): Promise<SseBlock | undefined> {
    for (;;) {
      const end = this.#buffer.indexOf('\n\n');
      if (end !== -1) {
        const text = this.#buffer.slice(0, end);
        this.#buffer = this.#buffer.slice(end + 2);
        return parseBlock(text);
      }
      const { done, value } = await this.#reader.read();
      if (done) {
        if (this.#buffer !== '') throw new Error(`The stream ends within an event: ${this.#buffer}`);
        return undefined;
      }
      this.#buffer += this.#decoder.decode(value, { stream: true });
    }
  }

  /** The next block with a message. @returns undefined when the stream has ended */
  async next(): Promise<JsonRpcMessage | undefined> {
    const block = await this.nextEvent();
    return block?.data === undefined ? undefined : (JSON.parse(block.data) as JsonRpcMessage);
  }

  /** The next event with a message, with its id. */
  async nextEvent(): Promise<SseBlock | undefined> {
    for (;;) {
      const block = await this.nextBlock();
      if (block === undefined || (block.data !== undefined && block.data !== '')) return block;
    }
  }

  /** Every message until the stream ends. */
  async rest(): Promise<JsonRpcMessage[]> {
    const messages: JsonRpcMessage[] = [];
    for (let message = await this.next(); message !== undefined; message = await this.next()) messages.push(message);
    return messages;
  }

  /** Every block until the stream ends. */
  async restOfBlocks(): Promise<SseBlock[]> {
    const blocks: SseBlock[] = [];
    for (let block = await this.nextBlock(); block !== undefined; block = await this.nextBlock()) blocks.push(block);
    return blocks;
  }

  /** The client goes away. */
  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }
}

function parseBlock(text: string): SseBlock {
  const block: { -readonly [Field in keyof SseBlock]: SseBlock[Field] } = {};
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === '') block.comment = value;
    else if (field === 'data') block.data = block.data === undefined ? value : `${block.data}\n${value}`;
    else if (field === 'id' || field === 'retry') block[field] = value;
    else throw new Error(`Not a field of an event: ${line}`);
  }
  return block;
}
