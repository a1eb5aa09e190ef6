import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { NotUnderstood } from './not-understood.js';

/** The part of `package.json` that is looked at. All of it is unchecked. */
export interface AppManifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly type?: unknown;
  readonly main?: unknown;
  readonly scripts?: unknown;
  readonly dependencies?: unknown;
}

const folders = ['', 'src', 'server', 'app'];
const names = ['app', 'server', 'index', 'main'];
const extensions = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/**
 * Finds the file that makes the Express app.
 *
 * @param folder - of the app
 * @param manifest - its `package.json`
 * @returns an absolute path
 * @throws NotUnderstood if there is none, or more than one
 */
export function findAppFile(folder: string, manifest: AppManifest): string {
  const usual = folders.flatMap((sub) =>
    names.flatMap((name) => extensions.map((extension) => path.join(sub, `${name}${extension}`))),
  );
  const said = [manifest.main, ...startedFiles(manifest.scripts)].filter((file) => typeof file === 'string');
  const files = new Set([...said, ...usual].map((file) => path.resolve(folder, file)));
  const found = [...files].filter((file) => isInside(folder, file) && makesApp(file));
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  const shown = found.map((file) => path.relative(folder, file)).join(', ');
  throw new NotUnderstood(
    first === undefined
      ? 'no file that makes an Express app was found. Name it: express-mcp init ./path/to/app.js'
      : `several files make an Express app: ${shown}. Name one: express-mcp init ./${path.relative(folder, first)}`,
  );
}

/** Files that the scripts of a package start, such as `node server.js` or `tsx watch src/main.ts`. */
function startedFiles(scripts: unknown): readonly string[] {
  const commands = Object.values(Object(scripts) as Readonly<Record<string, unknown>>);
  return commands.flatMap((command) =>
    typeof command === 'string' ? (command.match(/(?<=^|\s)[\w./-]+\.[mc]?[jt]s(?=\s|$)/g) ?? []) : [],
  );
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return !relative.startsWith('..') && !path.isAbsolute(relative) && !relative.split(path.sep).includes('node_modules');
}

function makesApp(file: string): boolean {
  return existsSync(file) && /\bexpress\s*\(\s*\)|require\(['"]express['"]\)\s*\(/.test(readFileSync(file, 'utf8'));
}
