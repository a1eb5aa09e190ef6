// Cases that are data: files of JSON beside this one. scripts/wild.mjs counts them.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What every case says of itself. */
export interface WildCase {
  /** The kind of fault that it is one of. */
  readonly kind: string;
  /** Where it is from, or what is seen there. */
  readonly source: string;
}

/** The cases of a file. */
export function readCases(file: string): unknown {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, file), 'utf8'));
}

/** Cases with their titles, for `it.each`. */
export function titled<Case extends WildCase>(cases: readonly Case[]): readonly (readonly [string, Case])[] {
  return cases.map((each) => [`${each.kind}: ${each.source}`, each] as const);
}
