import { openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';

/** What a node does, written down while it does it: what is written before the process is killed stays. */
export class Ledger {
  #file;
  #node;

  /** @param {string} folder @param {string} node - its name */
  constructor(folder, node) {
    this.#file = openSync(path.join(folder, `${node}.jsonl`), 'a');
    this.#node = node;
  }

  /**
   * @param {'began' | 'effect'} what - a handler was called; it did what cannot be undone
   * @param {string} id - of the call, as the client gave it
   * @param {string} principal - for whom the handler believes to work
   */
  write(what, id, principal) {
    writeSync(this.#file, `${JSON.stringify({ what, id, principal, node: this.#node, pid: process.pid })}\n`);
  }
}

/** All entries of all nodes, by the id of the call. @param {string} folder */
export function readLedger(folder) {
  const byId = new Map();
  for (const name of readdirSync(folder)) {
    for (const line of readFileSync(path.join(folder, name), 'utf8').split('\n')) {
      // A process that was killed may have written half a line.
      if (!line.endsWith('}')) continue;
      const entry = JSON.parse(line);
      const entries = byId.get(entry.id) ?? [];
      byId.set(entry.id, entries);
      entries.push(entry);
    }
  }
  return byId;
}
