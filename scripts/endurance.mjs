// npm run faults, npm run soak: sets up what is missing and runs one of them.
import path from 'node:path';
import { ensurePrograms } from './ensure-programs.mjs';
import { ensureBuilt, ensureInstalled, root, run } from './ensure-setup.mjs';

const [file, ...args] = process.argv.slice(2);
ensureInstalled();
ensureBuilt();
ensurePrograms(['redis-server']);
run(process.execPath, [path.join(root, 'endurance', file), ...args]);
