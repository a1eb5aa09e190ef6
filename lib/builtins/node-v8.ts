import type * as v8 from 'node:v8';

/** Node's `node:v8`, loaded when it is used and not with the package. */
export function nodeV8(): typeof v8 {
  return process.getBuiltinModule('node:v8');
}
