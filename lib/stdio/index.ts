export { serveStdio } from './serve-stdio.js';
export type { StdioServer } from './serve-stdio.js';
export type { StdioOptions } from './stdio-options.js';
