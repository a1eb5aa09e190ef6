import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const page = (text: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>express-mcp doctor</title><p>${text}</p></html>`;

/** Where the authorization server sends the browser back to: a port of this machine, open for one sign-in (RFC 8252 §7.3). */
export class LoopbackRedirect {
  readonly #server = createServer();
  #arrived: (parameters: URLSearchParams) => void = () => undefined;
  readonly #parameters = new Promise<URLSearchParams>((resolve) => {
    this.#arrived = resolve;
  });

  /** Listens on a free port. */
  async open(): Promise<void> {
    this.#server.on('request', (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
      const isCallback = request.method === 'GET' && pathname === '/callback';
      response.writeHead(isCallback ? 200 : 404, {
        'Content-Type': 'text/html; charset=utf-8',
        'Cache-Control': 'no-store',
        'Referrer-Policy': 'no-referrer',
        Connection: 'close',
      });
      response.end(page(isCallback ? 'The doctor has the answer. You can close this page.' : 'There is nothing here.'));
      if (isCallback) this.#arrived(searchParams);
    });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
  }

  /** The redirect URI. */
  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/callback`;
  }

  /**
   * Waits for the browser.
   *
   * @param milliseconds - how long
   * @returns undefined if it does not come
   */
  async parameters(milliseconds: number): Promise<URLSearchParams | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        resolve(undefined);
      }, milliseconds);
    });
    try {
      return await Promise.race([this.#parameters, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
