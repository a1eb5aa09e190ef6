import { openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';

/** A node's log of its actions, written during the action, so that it survives a killed process. */
export class Ledger {
  #file;
  #node;

  /** @param {string} folder @param {string} node - its name */
  constructor(folder, node) {
    this.#file = openSync(path.join(folder, `${node}.jsonl`), 'a');
    this.#node = node;
  }

  /**
   * @param {'began' | 'effect'} what - a handler was called; it did its irreversible work
   * @param {string} id - of the call, from the client
   * @param {string} principal - of the call, as the handler sees it
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
      // A killed process may have written half a line.
      if (!line.endsWith('}')) continue;
      const entry = JSON.parse(line);
      const entries = byId.get(entry.id) ?? [];
      byId.set(entry.id, entries);
      entries.push(entry);
    }
  }
  return byId;
}
