import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { ConfigurationError } from '../../errors/configuration-error.js';
import type { ResolvedDevOptions } from '../dev-options.js';
import type { DevState } from './dev-state.js';
import { loadDevState } from './dev-state.js';
import type { StateFile } from './state-file.js';
import { defaultStateFile, openStateFile, removeOldStateFiles } from './state-file.js';
import { warnOfState } from './warn-of-state.js';

/** How long the port of the last run may still be in use by a process that is about to end. */
const graceMs = 1000;
const retryMs = 50;

/** The state, and the port on which the server listens now. */
export interface ListeningState {
  readonly state: DevState;
  readonly port: number;
}

/**
 * Restores the state of the last run and listens on its port. The port is part of the issuer's URL: with another one, tokens and
 * clients of the last run would be invalid.
 *
 * The port also protects the file from a second server. While one server has the port, another for the same resource gets a separate
 * port and state, which it forgets at its end.
 *
 * @param server - listens when this resolves
 * @throws ConfigurationError `invalid_option` for a state file that cannot be used
 */
export async function openState(server: Server, options: ResolvedDevOptions): Promise<ListeningState> {
  const file = stateFileOf(options);
  const state = loadDevState(file);
  const isKeptPort = options.port === 0 && state.port !== undefined;
  const port = isKeptPort ? await listenAgain(server, options.host, state.port) : await listen(server, options);
  if (port === undefined) {
    warnOfState(`port ${String(state.port)} of its last run is taken, perhaps by a second one for the same resource.`);
    return { state: loadDevState(undefined), port: await listen(server, options) };
  }
  if (file !== undefined) keep(state, port, file, options.stateFile === undefined);
  return { state, port };
}

function stateFileOf({ stateFile, resources, host, port }: ResolvedDevOptions): StateFile | undefined {
  if (stateFile === false) return undefined;
  return openStateFile(stateFile ?? defaultStateFile([...resources, host, String(port)]));
}

function keep(state: DevState, port: number, file: StateFile, isDefault: boolean): void {
  try {
    state.keep(port);
    if (isDefault) removeOldStateFiles(file.path);
  } catch (cause) {
    if (isDefault) {
      warnOfState(`${file.path} cannot be written: ${String(cause)}`);
      return;
    }
    throw new ConfigurationError(
      'invalid_option',
      `devAuthorizationServer: ${file.path} cannot be written. Name another file as stateFile, or write false.`,
      { cause },
    );
  }
}

/** @returns undefined if the port stays taken */
async function listenAgain(server: Server, host: string, port: number): Promise<number | undefined> {
  const end = Date.now() + graceMs;
  for (;;) {
    try {
      return await listen(server, { host, port });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (Date.now() >= end) return undefined;
      await wait(retryMs);
    }
  }
}

async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  server.listen(port, host);
  // Rejects with the error when that comes first.
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
