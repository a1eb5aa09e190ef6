import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from '../ensure-setup.mjs';

/** The extension scenarios belong to no revision; the suite runs them with the newest. */
export const extensions = 'extensions';

/**
 * One release of the suite.
 *
 * @param node - the Node to run it with
 * @param folder - where it is in node_modules
 */
export async function openSuite(node, folder) {
  const package_ = path.join(root, 'node_modules', folder);
  const { version } = JSON.parse(readFileSync(path.join(package_, 'package.json'), 'utf8'));
  const program = path.join(package_, 'dist', 'index.js');
  const { stdout } = await promisify(execFile)(node, [program, 'list', '--server']);
  return { node, program, name: `@modelcontextprotocol/conformance ${version}`, version, specs: readList(stdout) };
}

/** Lines such as "  - ping [2025-06-18,2025-11-25]", as the names of scenarios by revision. */
function readList(text) {
  const specs = new Map();
  for (const [, name, tags] of text.matchAll(/^\s*- (\S+) \[(.+)\]$/gm)) {
    for (const tag of tags.split(',')) {
      const spec = tag === 'extension' ? extensions : tag;
      specs.set(spec, [...(specs.get(spec) ?? []), name]);
    }
  }
  if (specs.size === 0) throw new Error('The suite lists no scenarios, or in a way that we do not read.');
  // In the order of the revisions, the extensions last.
  return new Map([...specs].sort(([a], [b]) => a.localeCompare(b)));
}
