// npm run scaling [-- --quick] [-- --publish]: sets up what is missing, and measures several processes with one endpoint.
import path from 'node:path';
import { ensureContestants } from './ensure-contestants.mjs';
import { ensurePrograms } from './ensure-programs.mjs';
import { ensureBuilt, ensureInstalled, root, run } from './ensure-setup.mjs';

ensureInstalled();
ensureBuilt();
ensureContestants();
ensurePrograms(['redis-server']);
run(process.execPath, [path.join(root, 'endurance', 'scaling', 'run.mjs'), ...process.argv.slice(2)]);
