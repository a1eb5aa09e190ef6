// The notes example and the Inspector as processes.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeBinary } from '../scripts/node-binary.mjs';

const folder = import.meta.dirname;
const root = path.join(folder, '..');

/**
 * Starts a process and waits until it says where it is.
 *
 * @param {readonly string[]} command
 * @param {Record<string, string>} env
 * @param {RegExp} place - finds the URL in what it prints
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
async function start([program, ...args], env, place) {
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const url = await new Promise((resolve, reject) => {
    const read = (chunk) => {
      printed += chunk;
      const [found] = place.exec(printed) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}\n${printed}`)));
  });
  return { url, stop: () => child.kill() };
}

/** Starts the notes example on a free port, with notes of its own. */
export function startNotes() {
  const notes = path.join(mkdtempSync(path.join(tmpdir(), 'express-mcp-inspect-')), 'notes');
  return start(
    [process.execPath, '--import', 'tsx', 'examples/notes/main.ts'],
    { TSX_TSCONFIG_PATH: 'tsconfig.build.json', NOTES_FOLDER: notes, PORT: '0' },
    /http:\/\/localhost:\d+\/mcp(?=\s)/,
  );
}

/** Starts an endpoint whose tools report progress and ask the user. */
export function startTalking() {
  return start([process.execPath, path.join(folder, 'talking.mjs')], {}, /http:\/\/localhost:\d+\/mcp(?=\s)/);
}

/**
 * Starts the Inspector's web page on a free port.
 *
 * @param {string} endpoint - URL of the MCP endpoint that it is connected to
 */
export async function startInspector(endpoint) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNewEnough = major > 22 || (major === 22 && minor >= 19);
  // The Inspector needs Node 22.19.
  const node = isNewEnough ? process.execPath : nodeBinary(22);
  const home = mkdtempSync(path.join(tmpdir(), 'express-mcp-inspector-'));
  return start(
    [
      node,
      path.join(folder, 'node_modules', '.bin', 'mcp-inspector'),
      ...['--web', '--transport', 'http', '--server-url', endpoint],
    ],
    { CLIENT_PORT: String(await freePort()), MCP_AUTO_OPEN_ENABLED: 'false', HOME: home },
    /http:\/\/(?:localhost|127\.0\.0\.1):\d+\S*/,
  );
}

async function freePort() {
  const server = createServer().listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
