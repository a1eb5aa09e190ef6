import { LimitError } from '../../errors/limit-error.js';
import type { Tool } from '../../registry/tool.js';
import type { LimitHits } from './limit-hits.js';

/** The calls of tools that have a `maxConcurrent`, counted by name, so that a definition that is updated finds what runs already. */
export class ToolConcurrency {
  readonly #running = new Map<string, number>();
  readonly #hits: LimitHits | undefined;

  /** @param hits - counts how often a tool was busy */
  constructor(hits?: LimitHits) {
    this.#hits = hits;
  }

  /** How many tools are busy. */
  get size(): number {
    return this.#running.size;
  }

  /**
   * A call begins; to be left however it ends.
   *
   * @throws LimitError `tool_busy` when there are as many as the tool allows
   */
  enter(tool: Tool): void {
    const { key, maxConcurrent } = tool;
    if (maxConcurrent !== undefined && this.#countOf(tool) >= maxConcurrent) {
      this.#hits?.count('tool_busy');
      throw new LimitError('tool_busy', { method: 'tools/call', target: { kind: 'tool', name: key } });
    }
    this.enterAnyway(tool);
  }

  /** Work goes on that was promised before. It counts, but is not refused any more. */
  enterAnyway(tool: Tool): void {
    if (tool.maxConcurrent !== undefined) this.#running.set(tool.key, this.#countOf(tool) + 1);
  }

  /** A call is over. */
  leave(tool: Tool): void {
    if (tool.maxConcurrent === undefined) return;
    const left = this.#countOf(tool) - 1;
    if (left > 0) this.#running.set(tool.key, left);
    else this.#running.delete(tool.key);
  }

  #countOf({ key }: Tool): number {
    return this.#running.get(key) ?? 0;
  }
}
