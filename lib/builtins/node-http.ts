import type * as http from 'node:http';

let loaded: typeof http | undefined;

/**
 * Node's `node:http`. Importing it from an ES module reads all of its exports. Some of them load Node's `fetch`, which takes as long as
 * importing Express. This does not.
 */
export function nodeHttp(): typeof http {
  loaded ??= process.getBuiltinModule('node:http');
  return loaded;
}
