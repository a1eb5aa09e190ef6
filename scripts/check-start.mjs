// npm run check:start: runs `npm start` with real processes, as a user does. It has to report its progress at once, also while it
// builds, and to listen on PORT. At its end, no process is left.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../tools/free-port.mjs';
import { ensureBuilt, ensureInstalled, npmCommand, root } from './ensure-setup.mjs';

/** How long anything may take before it counts as never, in ms. */
const patienceMs = 60_000;

let failed = 0;

/** Notes of its own: an `npm start` beside it has its folder for itself. */
const folder = mkdtempSync(path.join(tmpdir(), 'express-mcp-start-'));

/** `npm start`, what it has printed so far, and when its first own line came. */
class Start {
  output = '';
  #child;

  constructor(env = {}) {
    const { command, args } = npmCommand(['start', '--silent']);
    this.#child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, NOTES_FOLDER: path.join(folder, 'notes'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (chunk) => (this.output += chunk));
    }
  }

  async until(text) {
    await until(`it says “${text}”`, () => this.output.includes(text) || this.#hasEnded);
    if (!this.output.includes(text)) throw new Error(`It ended before it said “${text}”:\n${this.output}`);
  }

  /**
   * Tells it to end, and waits until nothing holds its output open any more. SIGTERM goes to npm alone, as `kill` sends it; SIGINT to all
   * that was started, as a terminal sends it.
   */
  async end(signal) {
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    process.kill(signal === 'SIGINT' ? -this.#child.pid : this.#child.pid, signal);
    await Promise.race([closed, pause(patienceMs, undefined, { ref: false }).then(() => failWith('It never ended'))]);
  }

  get #hasEnded() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

function failWith(message) {
  throw new Error(message);
}

async function until(what, isSo) {
  const end = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited in vain until ${what}`);
    await pause(20);
  }
}

async function step(title, work) {
  try {
    await work();
    console.log(`✓ ${title}`);
  } catch (error) {
    failed += 1;
    console.log(`✗ ${title}\n    ${String(error.message).replaceAll('\n', '\n    ')}`);
  }
}

const statusOf = (url) =>
  fetch(url).then(
    (response) => response.status,
    () => undefined,
  );

ensureInstalled();

await step('says what it does before it builds, shows that it goes on, and ends with the compiler', async () => {
  rmSync(path.join(root, '.cache', 'build-fingerprint'), { force: true });
  const start = new Start({ PORT: String(await freePort()) });
  await start.until('Building dist/');
  if (!/^The notes example/.test(start.output)) throw new Error(`Its first words are others:\n${start.output}`);
  await start.until(' s\n');
  await start.end('SIGTERM');
});

ensureBuilt();

for (const signal of ['SIGTERM', 'SIGINT']) {
  await step(`listens where PORT says, and is gone after ${signal}`, async () => {
    const port = await freePort();
    const start = new Start({ PORT: String(port) });
    await start.until(`http://localhost:${port}/mcp`);
    const status = await statusOf(`http://localhost:${port}/mcp`);
    if (status !== 401) throw new Error(`It answered ${status}`);
    await start.end(signal);
    await until('its port is free', async () => (await statusOf(`http://localhost:${port}/mcp`)) === undefined);
  });
}

rmSync(folder, { recursive: true });
console.log(`npm start: ${3 - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
