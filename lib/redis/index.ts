export { redisStores } from './redis-stores.js';
export type { RedisStores, RedisStoresOptions } from './redis-stores.js';
export type { IoRedisClient, NodeRedisClient, NodeRedisCluster, RedisClient } from './redis-client.js';
