import { listMethod } from './list-method.js';

/** MCP `server/tools#listing-tools`. */
export const toolsList = listMethod('tools/list', 'tools', 'tools', ({ endpoint }) => endpoint.catalog.tools.items);
