import type { RedisServer } from './redis-server.js';

// Moves all times nearer: the expiry of keys, and the times that the indexes are ordered by.
const age = `
for _, key in ipairs(redis.call('KEYS', '*:1:{tasks.*')) do
  if redis.call('TYPE', key).ok == 'zset' then
    for _, id in ipairs(redis.call('ZRANGE', key, 0, -1)) do redis.call('ZINCRBY', key, -ARGV[1], id) end
  end
  redis.call('PEXPIRE', key, redis.call('PTTL', key) - ARGV[1])
end
return 'aged'
`;

/**
 * Makes all tasks in Redis older, as if time had passed. So no test waits for minutes, or depends on the speed of the machine.
 *
 * @param servers - all nodes
 * @param seconds - to add to their age
 */
export function letTasksAge(servers: readonly RedisServer[], seconds: number): void {
  for (const server of servers) {
    const answer = server.ask('EVAL', age, '0', String(seconds * 1000));
    if (answer !== 'aged') throw new Error(`Redis did not age: ${answer}`);
  }
}
