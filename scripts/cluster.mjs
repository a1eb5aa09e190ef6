// npm run cluster: sets up what is missing, nginx and redis-server too where it may, and starts examples/cluster.
import { endWithNpm } from './end-with-npm.mjs';
import { ensurePrograms } from './ensure-programs.mjs';
import { ensureBuilt, ensureInstalled } from './ensure-setup.mjs';
import { runExample } from './run-example.mjs';

ensureInstalled();
ensureBuilt();
ensurePrograms(['nginx', 'redis-server']);
endWithNpm();
await runExample('cluster/main.ts');
