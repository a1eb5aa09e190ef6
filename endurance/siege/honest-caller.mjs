import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { modern } from './messages.mjs';
import { waitForCpuMs } from './wait-for-cpu.mjs';

/** Repeatedly calls a small tool during the attack, and remembers its longest wait. */
export class HonestCaller {
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #isStopped = false;
  #running;
  worstMs = 0;
  /** The same, without the time in which the two processes waited for a processor. */
  worstServedMs = 0;
  answered = 0;
  failures = [];

  /** @param {{ port: number, token: string, pid: number }} where - `pid` of the server */
  constructor({ port, token, pid }) {
    this.pid = pid;
    this.port = port;
    this.token = token;
  }

  start() {
    this.#running = this.#callOn();
  }

  /** The worst values since the last time. */
  take() {
    const { worstMs, worstServedMs, answered, failures } = this;
    Object.assign(this, { worstMs: 0, worstServedMs: 0, answered: 0, failures: [] });
    return { worstMs, worstServedMs, answered, failures };
  }

  async stop() {
    this.#isStopped = true;
    await this.#running;
    this.#agent.destroy();
  }

  async #callOn() {
    while (!this.#isStopped) {
      const began = performance.now();
      const waited = this.#waitedForCpu();
      try {
        const { status, text } = await this.send(modern('tools/call', { name: 'quick' }));
        if (status === 200 && text.includes('quick')) this.answered++;
        else this.failures.push(`${status}: ${text.slice(0, 100)}`);
      } catch (error) {
        this.failures.push(error.code ?? error.message);
      }
      const took = performance.now() - began;
      this.worstMs = Math.max(this.worstMs, took);
      this.worstServedMs = Math.max(this.worstServedMs, took - (this.#waitedForCpu() - waited));
      await pause(20);
    }
  }

  #waitedForCpu() {
    return waitForCpuMs(this.pid) + waitForCpuMs(process.pid);
  }

  /** @param {{ headers: object, body: string }} message @returns {Promise<{ status: number, headers: object, text: string }>} */
  send({ headers, body }) {
    return new Promise((resolve, reject) => {
      const options = {
        agent: this.#agent,
        host: '127.0.0.1',
        port: this.port,
        path: '/mcp',
        method: 'POST',
        headers: { ...headers, Authorization: `Bearer ${this.token}`, 'Content-Length': Buffer.byteLength(body) },
      };
      const sent = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
        response.on('error', reject);
      });
      sent.setTimeout(15_000, () => sent.destroy(new Error('no answer within 15 s')));
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
