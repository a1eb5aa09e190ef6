export type { PageClient } from '../http/page/client-guides.js';
export type { PageOptions } from '../http/page/page-options.js';
export type { McpPageOptions } from './mcp-page.js';
export { mcpPage } from './mcp-page.js';
