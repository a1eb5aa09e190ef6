// The tool that every contestant has, and as many others beside it as a workload wants.

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
 * The names of `count` tools. The last is `add`, so that whoever searches a list has to go to its end.
 *
 * @param {number} count
 */
export function toolNames(count) {
  return [...Array.from({ length: count - 1 }, (_, index) => `add_${index}`), 'add'];
}

/** How often `report` tells of its progress. */
export const steps = 10;

/**
 * Adds two numbers as something that takes its time: tells of every step, and lets others have their turn in between, so that every
 * event leaves by itself.
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
 * The answer to `tools/call`, as somebody writes it who has read the specification.
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
 * The answer to `tools/list`, likewise.
 *
 * @param {{ id: number, params: { _meta?: object } }} message
 * @param {number} count
 */
export function listResponse({ id, params }, count) {
  const tools = toolNames(count).map((name) => ({ name, description: describe(name), inputSchema, outputSchema }));
  const rest = params._meta === undefined ? {} : { resultType: 'complete', ttlMs: 0, cacheScope: 'public' };
  return { jsonrpc: '2.0', id, result: { ...rest, tools } };
}
