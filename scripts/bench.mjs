// npm run bench, bench:instructions, bench:guard, bench:growth, bench:profile: sets up what is missing and runs one of them.
import path from 'node:path';
import { ensureContestants } from './ensure-contestants.mjs';
import { ensureBuilt, ensureInstalled, root, run } from './ensure-setup.mjs';

const folder = path.join(root, 'bench');

const [first, ...args] = process.argv.slice(2);
// The bars are decided by instructions, since time does not repeat.
const what = first === 'run' && args.includes('--bars') ? 'instructions' : first;
ensureInstalled();
ensureBuilt();
// The others do without them.
const only = args.find((arg) => arg.startsWith('--only='));
const countsCalls = what === 'instructions' && (only === undefined || only.includes('calls'));
if (what === 'run' || countsCalls) ensureContestants();
run(process.execPath, [path.join(folder, what === 'run' ? 'run.mjs' : path.join(what, 'run.mjs')), ...args]);
