export { toolsFromOpenApi } from './tools-from-openapi.js';
export type { OpenApiTool, OpenApiTools } from './tools-from-openapi.js';
export type { OpenApiOptions, OpenApiSelection, PerOperation } from './openapi-options.js';
export type { OpenApiMethod, OpenApiOperation } from './document/openapi-operation.js';
export type { OmittedOperation } from './document/operations.js';
