/**
 * Thrown by a tool handler to tell the model that the tool failed and why. The message goes to the model as it is;
 * any other throw stays inside (MCP `server/tools#error-handling`, tool execution errors).
 *
 * @example
 * ```ts
 * import { createRegistry, ToolError } from 'express-mcp';
 *
 * const registry = createRegistry({ name: 'rooms', version: '1.0.0' });
 * registry.tool('book_room', { description: 'Book the room' }, () => {
 *   throw new ToolError('The room is taken. Try another day.');
 * });
 * ```
 */
export class ToolError extends Error {
  override get name(): string {
    return 'ToolError';
  }
}
