// The tool names that the APIs of the large model providers accept.
const portableName = /^[A-Za-z0-9_-]{1,64}$/;

/** Warns about valid definitions that fail with some clients: each once, as a warning of the process. */
export class RegistryWarnings {
  readonly #names = new Set<string>();
  #hasSaidLength = false;

  /** @param name - of a registered tool */
  ofName(name: string): void {
    if (portableName.test(name) || this.#names.has(name)) return;
    this.#names.add(name);
    const why = name.includes('.') ? 'a dot' : 'more than 64 characters';
    const text = `The tool name "${name}" has ${why}. Some clients refuse it, and all tools with it: write up to 64 letters, digits, "_" or "-".`;
    warn(text, 'EXPRESS_MCP_TOOL_NAME');
  }

  /**
   * @param count - of the items of one kind
   * @param pageSize - maximum number of items on a page
   */
  ofLength(count: number, pageSize: number): void {
    if (count <= pageSize || this.#hasSaidLength) return;
    this.#hasSaidLength = true;
    const text = `A list has more items than its first page holds (${String(pageSize)}), and most clients read no other. Raise pageSize of createRegistry.`;
    warn(text, 'EXPRESS_MCP_PAGE_SIZE');
  }
}

function warn(text: string, code: string): void {
  process.emitWarning(text, { type: 'ExpressMcpWarning', code });
}
