import { readFileSync } from 'node:fs';
import path from 'node:path';

const modules = path.join(import.meta.dirname, '../../../../node_modules');

/** The version of a package that is installed. */
export function installedVersion(name: string): string {
  const { version } = JSON.parse(readFileSync(path.join(modules, name, 'package.json'), 'utf8')) as { version: string };
  return version;
}
