import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = path.join(root, 'endurance', 'results');
const document = path.join(root, 'docs', 'endurance.md');

/** Where it was measured. */
export function describeMachine() {
  return { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
}

/** Writes everything that was counted. @param {string} name @param {object} results @returns {string} the file */
export function writeResults(name, results) {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.json`);
  writeFileSync(
    file,
    `${JSON.stringify({ date: new Date().toISOString(), machine: describeMachine(), ...results }, null, 2)}\n`,
  );
  return file;
}

/** Puts a text between the markers of docs/endurance.md. @param {string} name - of the markers @param {string} text */
export function publish(name, text) {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const old = readFileSync(document, 'utf8');
  const [before, rest] = old.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`docs/endurance.md has no markers for ${name}`);
  writeFileSync(document, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}
