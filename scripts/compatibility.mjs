// npm run compatibility: drives real clients over a real port through everything, and writes docs/compatibility.md.
// npm run compatibility -- --check: writes nothing, and fails when the document says something else.
import path from 'node:path';
import { inspector } from './compatibility/inspector.mjs';
import { modernNode } from './node-binary.mjs';
import { ensureBuilt, ensureInstalled, root, run } from './ensure-setup.mjs';

ensureInstalled();
ensureBuilt();
const found = inspector();
const program = path.join(root, '__tests__', 'clients', 'compatibility', 'run.ts');
const aboutInspector = found === undefined ? [] : [modernNode(), found.program, found.version];
run(process.execPath, ['--import', 'tsx', program, ...process.argv.slice(2), ...aboutInspector], {
  // This configuration has no `paths`: the endpoint uses the package that was built, by its public names.
  env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.build.json' },
});
