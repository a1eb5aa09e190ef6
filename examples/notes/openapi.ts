const note = {
  type: 'object',
  properties: { id: { type: 'string' }, text: { type: 'string' }, createdAt: { type: 'string' } },
  required: ['id', 'text', 'createdAt'],
};
const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
const answers = (schema: object) => ({ description: 'As asked', content: { 'application/json': { schema } } });
const scopes = (scope: string) => [{ login: [scope] }];

/** The REST routes as an OpenAPI document. Its read-only operations become tools beside the written ones. */
export const openApiDocument = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1.0.0' },
  paths: {
    '/api/notes/{id}': {
      get: {
        operationId: 'read_note',
        summary: 'Read one note',
        security: scopes('notes:read'),
        parameters: [id],
        responses: { 200: answers(note), 404: { description: 'There is no such note' } },
      },
      delete: {
        operationId: 'remove_note',
        security: scopes('notes:write'),
        parameters: [id],
        responses: { 204: { description: 'Deleted' }, 404: { description: 'There is no such note' } },
      },
    },
  },
  components: { securitySchemes: { login: { type: 'openIdConnect', openIdConnectUrl: '/login' } } },
};
