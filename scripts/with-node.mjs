// npm run with-node -- <24, 22 or 20> <command> …: runs a command with that version of Node, such as `npm run with-node -- 24 npm test`.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './ensure-setup.mjs';
import { nodeBinary, nodeVersions } from './node-binary.mjs';

const [major, command, ...args] = process.argv.slice(2);
if (!(major in nodeVersions) || command === undefined) {
  console.error(`Say which Node, and a command: npm run with-node -- ${Object.keys(nodeVersions).at(-1)} npm test`);
  process.exit(2);
}
const { status, error } = spawnSync(command, args, {
  cwd: root,
  stdio: 'inherit',
  // npm and everything that it starts find this `node` first.
  env: {
    ...process.env,
    PATH: [path.dirname(nodeBinary(major)), process.env.PATH].join(path.delimiter),
    npm_node_execpath: undefined,
  },
});
if (error !== undefined) throw error;
process.exit(status ?? 1);
