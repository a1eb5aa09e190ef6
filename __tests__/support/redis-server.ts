import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { RedisServer as PlainRedisServer } from '../../tools/redis-server.mjs';
export { RedisCluster } from '../../tools/redis-server.mjs';
export { describeWithRedis } from './programs.js';

/** A Redis process that tells its contents and its commands. */
export class RedisServer extends PlainRedisServer {
  /** The output of `redis-cli` for a command; empty if the server does not answer. */
  ask(...command: readonly string[]): string {
    try {
      return execFileSync('redis-cli', ['-p', String(this.port), ...command], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 5000,
      }).trim();
    } catch {
      return '';
    }
  }

  /** The output of one `redis-cli` for many commands, a line for each. No part of them has spaces. */
  askAll(commands: readonly string[]): readonly string[] {
    const input = `${commands.join('\n')}\n`;
    return execFileSync('redis-cli', ['-p', String(this.port)], { encoding: 'utf8', input })
      .trim()
      .split('\n');
  }

  /**
   * The commands that arrive during some work, in order, in lower case. Commands inside scripts are not sent and are left out. So are
   * the keep-alives of clients and of the bus.
   */
  async commandsOf(act: () => Promise<unknown>): Promise<readonly string[]> {
    const monitor = connect(this.port, '127.0.0.1', () => monitor.write('MONITOR\r\n'));
    let text = '';
    monitor.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const [begin, end] = [crypto.randomUUID(), crypto.randomUUID()];
    const reached = async (mark: string): Promise<void> => {
      while (!text.includes(mark)) {
        await this.send('ECHO', mark);
        await pause(5);
      }
    };
    try {
      await reached(begin);
      await act();
      await reached(end);
    } finally {
      monitor.destroy();
    }
    const lines = text.slice(text.lastIndexOf(begin), text.indexOf(end)).split('\n').slice(1);
    const own = lines.filter((line) => !/\[\d+ lua\]|:bus:alive\.|"(ping|echo|info)"/i.test(line));
    return own.flatMap((line) => /\] "(\w+)"/.exec(line)?.[1]?.toLowerCase() ?? []);
  }
}
