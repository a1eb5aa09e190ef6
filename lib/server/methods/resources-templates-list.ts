import { listMethod } from './list-method.js';

/** MCP `server/resources#resource-templates`. */
export const resourcesTemplatesList = listMethod(
  'resources/templates/list',
  'resources',
  'resourceTemplates',
  ({ endpoint }) => endpoint.catalog.resourceTemplates.items,
);
