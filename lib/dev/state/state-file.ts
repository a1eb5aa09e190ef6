import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../errors/configuration-error.js';

/** A file that holds one JSON document and is readable by its owner only. */
export interface StateFile {
  readonly path: string;
  /**
   * Reads the document.
   *
   * @returns undefined if there is no file yet
   * @throws ConfigurationError `invalid_option` when the file is no JSON document
   */
  read(): unknown;
  /** Replaces the document; a crash leaves the old one or the new one, never a part. */
  write(document: unknown): void;
}

/** Default files that one folder keeps; older ones are removed. */
const maxDefaultFiles = 10;

/**
 * The file that is used when none is named: in `node_modules/.cache`, which neither Git nor a file watcher looks at. Each
 * set of facts (resources, host, port) has a file of its own, so that two apps in one folder do not share clients.
 *
 * @param facts - what tells this server from others that are started in the same folder
 */
export function defaultStateFile(facts: readonly string[]): string {
  const name = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
  return path.resolve('node_modules/.cache/express-mcp', `dev-${name}.json`);
}

/**
 * Opens a state file, without creating it yet.
 *
 * @param file - absolute path
 */
export function openStateFile(file: string): StateFile {
  return {
    path: file,
    read: () => readJson(file),
    write: (document) => {
      // The file holds private keys and refresh tokens, so others must not read it.
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      const unfinished = `${file}.${randomUUID()}`;
      writeFileSync(unfinished, JSON.stringify(document), { mode: 0o600, flag: 'wx' });
      renameSync(unfinished, file);
    },
  };
}

/**
 * Removes all but the newest default files beside one.
 *
 * @param file - the default file that is in use
 */
export function removeOldStateFiles(file: string): void {
  const folder = path.dirname(file);
  const files = readdirSync(folder)
    .filter((name) => /^dev-[0-9a-f]{16}\.json$/.test(name))
    .map((name) => path.join(folder, name))
    .map((name) => ({ name, changedAt: statSync(name).mtimeMs }))
    .sort((one, other) => other.changedAt - one.changedAt);
  for (const { name } of files.slice(maxDefaultFiles)) if (name !== file) rmSync(name, { force: true });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw notOurs(file, cause);
  }
}

/**
 * The mistake of naming a file that holds something else. It is not overwritten.
 *
 * @param file - the file
 * @param cause - why it could not be read, if there is an error that says so
 */
export function notOurs(file: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError(
    'invalid_option',
    `devAuthorizationServer: ${file} is not a state file of this server. Delete it, or name another one as stateFile.`,
    { cause },
  );
}
