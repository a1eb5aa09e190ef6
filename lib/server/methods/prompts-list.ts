import { listMethod } from './list-method.js';

/** MCP `server/prompts#listing-prompts`. */
export const promptsList = listMethod(
  'prompts/list',
  'prompts',
  'prompts',
  ({ endpoint }) => endpoint.catalog.prompts.items,
);
