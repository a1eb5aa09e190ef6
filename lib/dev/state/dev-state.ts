import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import type { JWK } from 'oidc-provider';
import type { RecordsByModel } from './provider-records.js';
import { ProviderRecords } from './provider-records.js';
import type { StateFile } from './state-file.js';
import { notOurs } from './state-file.js';
import { warnOfState } from './warn-of-state.js';

/** State of the server besides its options. */
export interface DevState {
  /** The port of the last run; undefined in the first one. */
  readonly port: number | undefined;
  /** Private key that signs tokens. */
  readonly signingKey: JWK;
  /** Secret that signs cookies. */
  readonly cookieKey: string;
  readonly records: ProviderRecords;
  /**
   * Writes everything to the file, now and after each change. A later write that fails is warned of once, and the server
   * goes on from memory.
   *
   * @param port - the port that the server listens on
   * @throws Error when the file cannot be written now
   */
  keep(port: number): void;
}

/** The document in the file. */
interface KeptState {
  readonly kind: 'express-mcp/dev';
  readonly version: 1;
  readonly port: number;
  readonly signingKey: JWK;
  readonly cookieKey: string;
  readonly records: RecordsByModel;
}

/**
 * Takes up what an earlier run left in a file, or begins anew.
 *
 * @param file - undefined to keep everything in memory
 * @throws ConfigurationError `invalid_option` for a file that holds something else
 */
export function loadDevState(file: StateFile | undefined): DevState {
  const kept = file === undefined ? undefined : keptStateOf(file);
  const signingKey = kept?.signingKey ?? newSigningKey();
  const cookieKey = kept?.cookieKey ?? randomBytes(32).toString('base64url');
  let save = (): void => undefined;
  const records = new ProviderRecords(kept?.records ?? {}, () => {
    save();
  });
  return {
    port: kept?.port,
    signingKey,
    cookieKey,
    records,
    keep: (port) => {
      if (file === undefined) return;
      const write = (): void => {
        const known = { port, signingKey, cookieKey, records: records.toJSON() };
        file.write({ kind: 'express-mcp/dev', version: 1, ...known } satisfies KeptState);
      };
      write();
      save = warningOnce(write, file.path);
    },
  };
}

/** @returns undefined if there is no file, or if another version of this package wrote it */
function keptStateOf(file: StateFile): KeptState | undefined {
  const document = file.read();
  if (document === undefined) return undefined;
  const { kind, version } = (document ?? {}) as Partial<Readonly<Record<string, unknown>>>;
  if (kind !== 'express-mcp/dev') throw notOurs(file.path);
  return version === 1 ? (document as KeptState) : undefined;
}

function newSigningKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'ES256', use: 'sig' };
}

/** Anything that throws becomes a warning, the first time. */
function warningOnce(write: () => void, file: string): () => void {
  let isWarned = false;
  return () => {
    try {
      write();
    } catch (error) {
      if (!isWarned) warnOfState(`${file} cannot be written any more: ${String(error)}`);
      isWarned = true;
    }
  };
}
