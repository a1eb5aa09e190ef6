// The tool that every contestant has, and any number of others beside it.

/** Adds two numbers. */
export const add = ({ a, b }) => ({ sum: a + b });

export const inputSchema = {
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
  additionalProperties: false,
};

export const outputSchema = {
  type: 'object',
  properties: { sum: { type: 'number' } },
  required: ['sum'],
  additionalProperties: false,
};

/**
 * The names of `count` tools. The last is `add`, so that a linear search has to go to the end.
 *
 * @param {number} count
 */
export function toolNames(count) {
  return [...Array.from({ length: count - 1 }, (_, index) => `add_${index}`), 'add'];
}

/** How often `report` reports its progress. */
export const steps = 10;

/**
 * Adds two numbers in steps: it reports each one, and yields in between, so that every event is sent separately.
 *
 * @param {{ a: number, b: number }} args
 * @param {(step: number) => Promise<void> | void} tell
 */
export async function report(args, tell) {
  for (let step = 1; step <= steps; step += 1) {
    await tell(step);
    await new Promise(setImmediate);
  }
  return add(args);
}

/** @param {string} name */
export const describe = (name) => `Adds two numbers (${name})`;

/**
 * A hand-written answer to `tools/call` by the specification.
 *
 * @param {{ id: number, params: { _meta?: object } }} message
 * @param {{ sum: number }} structuredContent
 */
export function callResponse({ id, params }, structuredContent) {
  const content = [{ type: 'text', text: JSON.stringify(structuredContent) }];
  const result = params._meta === undefined ? {} : { resultType: 'complete' };
  return { jsonrpc: '2.0', id, result: { ...result, content, structuredContent } };
}

/**
 * A hand-written answer to `tools/list` by the specification.
 *
 * @param {{ id: number, params: { _meta?: object } }} message
 * @param {number} count
 */
export function listResponse({ id, params }, count) {
  const tools = toolNames(count).map((name) => ({ name, description: describe(name), inputSchema, outputSchema }));
  const rest = params._meta === undefined ? {} : { resultType: 'complete', ttlMs: 0, cacheScope: 'public' };
  return { jsonrpc: '2.0', id, result: { ...rest, tools } };
}
