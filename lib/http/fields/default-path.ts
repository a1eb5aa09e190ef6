/** Path of an endpoint that no option and no `mcpAuth` in front of it names. */
export const defaultPath = '/mcp';
