// Cases as data: JSON files in this folder. scripts/wild.mjs counts them.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Members of every case. */
export interface WildCase {
  /** Its kind of fault. */
  readonly kind: string;
  /** Its origin, or where it occurs. */
  readonly source: string;
  /** Public documentation or source code that it was compared with. */
  readonly reference?: string;
}

/** The cases of a file. */
export function readCases(file: string): unknown {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, file), 'utf8'));
}

/** Cases with their titles, for `it.each`. */
export function titled<Case extends WildCase>(cases: readonly Case[]): readonly (readonly [string, Case])[] {
  return cases.map((each) => [`${each.kind}: ${each.source}`, each] as const);
}
