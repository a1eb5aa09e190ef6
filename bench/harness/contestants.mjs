import { readdirSync } from 'node:fs';

const folder = new URL('../contestants/', import.meta.url);

// The limits first, then what is written by hand, then us, then the others by name.
const first = [
  'bare-express',
  'idle-sse',
  'drained-express',
  'node-http',
  'node-http-guarded',
  'express-map',
  'express-jose',
  'express-mcp',
  'express-mcp-listener',
  'express-mcp-open',
];

/**
 * @typedef {object} Contestant
 * @property {string} id - name of its file
 * @property {string} file - its URL
 * @property {string} title
 * @property {readonly ('legacy' | 'modern')[]} eras - that it speaks
 * @property {readonly string[]} joins - workloads in which it takes part
 */

/** Every contestant. @returns {Promise<readonly Contestant[]>} */
export async function findContestants() {
  const files = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
  const ids = files.map((name) => name.replace('.mjs', '')).sort();
  const others = ids.filter((id) => !first.includes(id));
  return Promise.all(
    [...first, ...others].map(async (id) => {
      const file = new URL(`${id}.mjs`, folder).href;
      const { title, eras, joins } = await import(file);
      return { id, file, title, eras, joins };
    }),
  );
}
