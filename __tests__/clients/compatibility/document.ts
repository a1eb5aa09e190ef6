import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const file = path.join(import.meta.dirname, '../../../docs/compatibility.md');
const section = /(?<=<!-- made by npm run compatibility -->\n\n)[\s\S]*?(?=\n\n<!-- end -->)/;

/** The part of docs/compatibility.md that is made by a run. */
export function documentedTables(): string {
  const found = section.exec(readFileSync(file, 'utf8'))?.[0];
  if (found === undefined) throw new Error('docs/compatibility.md has no place for what a run finds out');
  return found;
}

/** Puts something else there. */
export function writeTables(tables: string): void {
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(section, () => tables),
  );
}
