import { execFileSync, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { RedisServer as PlainRedisServer } from '../../tools/redis-server.mjs';
export { RedisCluster } from '../../tools/redis-server.mjs';
export { describeWithRedis } from './programs.js';

/** A Redis of our own that tells what it holds and what it was told. */
export class RedisServer extends PlainRedisServer {
  /** What `redis-cli` prints for a command; empty when the server does not answer. */
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

  /**
   * The commands that arrive while something is done, in order, in lower case. What scripts do inside does not travel and is left
   * out, as are the signs of life that clients and the bus send by themselves.
   */
  async commandsOf(act: () => Promise<unknown>): Promise<readonly string[]> {
    const monitor = spawn('redis-cli', ['-p', String(this.port), 'MONITOR'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    monitor.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const [begin, end] = [crypto.randomUUID(), crypto.randomUUID()];
    const reached = async (mark: string): Promise<void> => {
      while (!text.includes(mark)) {
        this.ask('ECHO', mark);
        await pause(20);
      }
    };
    try {
      await reached(begin);
      await act();
      await reached(end);
    } finally {
      monitor.kill();
    }
    const lines = text.slice(text.lastIndexOf(begin), text.indexOf(end)).split('\n').slice(1);
    const own = lines.filter((line) => !/\[\d+ lua\]|:bus:alive\.|"(ping|echo|info)"/i.test(line));
    return own.flatMap((line) => /\] "(\w+)"/.exec(line)?.[1]?.toLowerCase() ?? []);
  }
}
