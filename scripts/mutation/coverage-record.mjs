// Facts about each test file from Stryker's dry run, for the later runs of the mutants. They are stored in the sandbox, which all of
// Stryker's workers share and which is deleted at the end.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const known = new Map();

const fileFor = (rootDir, testFile) =>
  path.join(rootDir, '.mutant-coverage', `${path.relative(rootDir, testFile).replace(/[\\/]/g, '+')}.json`);

/** Stores which mutants a test file reached, and how long it took. */
export function remember(rootDir, testFile, { mutants, milliseconds }) {
  const file = fileFor(rootDir, testFile);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ mutants, milliseconds }));
}

/** Reads the facts about a test file; undefined without any. */
export function recall(rootDir, testFile) {
  const file = fileFor(rootDir, testFile);
  if (!known.has(file) && existsSync(file)) {
    const { mutants, milliseconds } = JSON.parse(readFileSync(file, 'utf8'));
    known.set(file, { mutants: new Set(mutants), milliseconds });
  }
  return known.get(file);
}
