import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import { mediaTypeOf } from './media-type.js';
import { sha256Digest } from './sha256-digest.js';

/** One file of a skill. */
export interface SkillFile {
  /** Relative to the skill's folder, with `/`. */
  readonly path: string;
  readonly uri: string;
  readonly contents: Uint8Array | string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  readonly digest: string;
}

/** The file that makes a folder a skill. */
export const manifestName = 'SKILL.md';

// Skills #limits: every host has to accept that many, so a server SHOULD NOT exceed it; SKILL.md counts.
const maxFiles = 512;
const maxBytes = 16 * 1024 * 1024;

/** The URI of a skill's folder, or of a file in it. */
export function skillUri(name: string, path = ''): string {
  const segments = path === '' ? [] : path.split('/').map(encodeURIComponent);
  return `skill://${[name, ...segments].join('/')}`;
}

/**
 * Checks the files of a skill, and works out the facts about each for clients.
 *
 * @param name - of the skill
 * @param manifest - the text of its SKILL.md
 * @param files - the others, by path
 * @param owner - of the files, for messages
 * @returns SKILL.md, then the others by path
 * @throws ConfigurationError `invalid_option` or `invalid_name`
 */
export function compileFiles(name: string, manifest: string, files: unknown, owner: string): readonly SkillFile[] {
  if (typeof files !== 'object' || files === null || Array.isArray(files)) {
    throw new ConfigurationError('invalid_option', `${owner}: files must be an object of contents by path.`);
  }
  const others = Object.entries(files as Readonly<Record<string, unknown>>).sort(([a], [b]) => (a < b ? -1 : 1));
  assertPaths(
    others.map(([path]) => path),
    owner,
  );
  if (others.length >= maxFiles) {
    throw new ConfigurationError(
      'invalid_option',
      `${owner}: a skill has at most ${maxFiles} files, SKILL.md included.`,
    );
  }
  const compiled = [[manifestName, manifest] as const, ...others].map(([path, contents]) =>
    compileFile(name, path, contents, owner),
  );
  if (compiled.reduce((sum, { size }) => sum + size, 0) > maxBytes) {
    throw new ConfigurationError('invalid_option', `${owner}: the files of a skill have at most 16 MiB together.`);
  }
  return compiled;
}

function compileFile(name: string, path: string, contents: unknown, owner: string): SkillFile {
  if (typeof contents !== 'string' && !(contents instanceof Uint8Array)) {
    throw new ConfigurationError(
      'invalid_option',
      `${owner}: the file ${displayName(path)} must be a text or a Uint8Array.`,
    );
  }
  // A copy, so that the digest stays right.
  const bytes = typeof contents === 'string' ? new TextEncoder().encode(contents) : Uint8Array.from(contents);
  return {
    path,
    uri: skillUri(name, path),
    contents: typeof contents === 'string' ? contents : bytes,
    mimeType: mediaTypeOf(path, typeof contents === 'string'),
    size: bytes.byteLength,
    digest: sha256Digest(bytes),
  };
}

function assertPaths(paths: readonly string[], owner: string): void {
  const wrong = paths.find((path) => !isPath(path));
  if (wrong !== undefined) {
    throw new ConfigurationError(
      'invalid_name',
      `${owner}: ${displayName(wrong)} is no path for a file. Write one that is relative to the skill's folder, such as ` +
        '"references/style.md".',
    );
  }
  // On many file systems it would be the same file.
  if (paths.some((path) => path.toLowerCase() === manifestName.toLowerCase())) {
    throw new ConfigurationError(
      'invalid_name',
      `${owner}: SKILL.md is written for you. Put its text into instructions, and take another name for this file.`,
    );
  }
  const both = paths.find((path) => paths.some((other) => other.startsWith(`${path}/`)));
  if (both !== undefined) {
    throw new ConfigurationError('invalid_name', `${owner}: ${displayName(both)} is a file and a folder. Rename one.`);
  }
}

/** Refuses paths that lead out of the folder, that a file system would interpret differently, or that are invisible. */
function isPath(path: string): boolean {
  return (
    path.length <= 1024 &&
    !/[\p{C}\\]/u.test(path) &&
    path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}
