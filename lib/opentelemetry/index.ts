export { instrumentMcp } from './instrument-mcp.js';
export type { InstrumentMcpOptions } from './instrument-mcp.js';
