import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../ensure-setup.mjs';

/** The figures of a complete run, from docs/conformance.md. */
export function documentedFigures() {
  const text = readFileSync(path.join(root, 'docs', 'conformance.md'), 'utf8');
  return /<!-- figures -->\s*```text\n([\s\S]*?)```/.exec(text)?.[1]?.trim() ?? '';
}
