/** Where a schema stands and what it is for. */
export interface SchemaPosition {
  /** For messages, such as `tool "add" inputSchema`. */
  readonly owner: string;
  readonly direction: 'input' | 'output';
}
