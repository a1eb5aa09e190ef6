import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';

function register(task: unknown): () => unknown {
  const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
  return () => registry.tool('job', { task: task as 'optional' }, () => 'done');
}

describe('the task member of a tool', () => {
  it.each([
    ['never', `tool "job" task: must be 'optional', 'required'`],
    [{ support: 'optional', prepare: 'yes' }, 'tool "job" task: prepare must be a function.'],
    [{ support: 'optional', repeatable: 1 }, 'tool "job" task: repeatable must be true or false.'],
    [{ support: 'optional', ttlSeconds: 0 }, 'tool "job" task: ttlSeconds must be a whole number from 1 to 31536000.'],
    [{ support: 'optional', pollIntervalMs: 1.5 }, 'tool "job" task: pollIntervalMs must be a whole number'],
    [{ support: 'optional', ttl: 5 }, 'tool "job" task: there is no "ttl".'],
  ])('is refused when it is %j', (task, message) => {
    expect(register(task)).toThrow(message);
  });
});
