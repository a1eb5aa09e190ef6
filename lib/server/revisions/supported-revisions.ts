import { ProtocolError } from '../../errors/protocol-error.js';
import type { JsonRpcNotification, JsonRpcRequest, Params } from '../../jsonrpc/message.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import { displayName } from '../../errors/display-name.js';
import { legacy } from './legacy.js';
import { metaKeys, modern } from './modern.js';
import type { MirrorDemand, ProtocolVersion, Revision } from './revision.js';

/**
 * Early clients of Streamable HTTP, such as the official SDK up to 1.10, ask for 2024-11-05 and accept no other. The messages of
 * 2025-03-26 only add to it (by its changelog), so they get that revision.
 */
const servedAs: ReadonlyMap<unknown, ProtocolVersion> = new Map([['2024-11-05', '2025-03-26']]);

const revisions: readonly Revision[] = [modern, legacy('2025-11-25'), legacy('2025-06-18'), legacy('2025-03-26')];

/** The transport's knowledge about the version of a message. */
export interface DeclaredVersions {
  /** The `MCP-Protocol-Version` header field. */
  readonly header: string | undefined;
  /** The version of a message that names none: the negotiated one of the connection, or the transport's assumption. */
  readonly assumed: string;
  /** Rules of the transport for header fields that mirror the message. @throws ProtocolError `header_mismatch` */
  readonly checkMirrors?: ((message: JsonRpcNotification | JsonRpcRequest, demand: MirrorDemand) => void) | undefined;
}

/** The revisions that one server speaks. */
export class SupportedRevisions {
  readonly #supported: readonly Revision[];
  readonly #byVersion: ReadonlyMap<unknown, Revision>;

  /**
   * @param versions - the revisions to speak
   */
  constructor(versions: readonly ProtocolVersion[]) {
    this.#supported = revisions.filter(({ version }) => versions.includes(version));
    const names = [...this.#supported.map(({ version }) => [version, version] as const), ...servedAs];
    this.#byVersion = new Map(
      names.flatMap(([name, version]) => {
        const revision = this.#supported.find((each) => each.version === version);
        return revision === undefined ? [] : [[name, revision]];
      }),
    );
  }

  /** The versions, the newest first. */
  get versions(): readonly ProtocolVersion[] {
    return this.#supported.map(({ version }) => version);
  }

  /** The revision of this version, if it is supported. */
  get(version: string): Revision | undefined {
    return this.#byVersion.get(version);
  }

  /**
   * The legacy revision that `initialize` agrees on: the requested one if it is supported, else the newest (2025-11-25
   * `basic/lifecycle#version-negotiation`).
   */
  negotiate(requested: unknown): Revision | undefined {
    const spoken = this.#supported.filter(({ era }) => era === 'legacy');
    const served = servedAs.get(requested) ?? requested;
    return spoken.find(({ version }) => version === served) ?? spoken[0];
  }

  /**
   * The revision of a message, after checking the parts of its envelope that the revision requires.
   *
   * With a version in `_meta` a message is modern. Without one, a known older version in the header, or no header at all, makes it
   * legacy. Otherwise the header names an unknown version, and the answer lists the supported ones.
   *
   * @throws ProtocolError `invalid_metadata`, `header_mismatch` or `unsupported_protocol_version`, checked in this order
   */
  resolve(message: JsonRpcNotification | JsonRpcRequest, declared: DeclaredVersions): Revision {
    const claimed = claimedVersion(message.params);
    if (isLegacyEnvelope(message.params, declared.header)) return this.#legacyFor(message, declared);
    // Only modern clients send metadata: others get the list of versions.
    if (claimed === undefined && declared.header !== undefined && this.get(declared.header) === undefined) {
      throw this.#unsupported(declared.header);
    }
    if (message.kind === 'request') {
      modern.checkMetadata(message);
      declared.checkMirrors?.(message, modern.mirrors);
    }
    const requested = claimed ?? declared.header ?? '';
    const revision = this.get(requested);
    if (revision?.era !== 'modern') throw this.#unsupported(requested);
    return revision;
  }

  #legacyFor(message: JsonRpcNotification | JsonRpcRequest, declared: DeclaredVersions): Revision {
    const { header, assumed } = declared;
    const isHandshake = message.method === 'initialize';
    const version = header ?? assumed;
    const requested: unknown = message.params['protocolVersion'];
    const revision = isHandshake ? this.negotiate(requested) : this.get(version);
    if (revision === undefined) {
      throw this.#unsupported(isHandshake && typeof requested === 'string' ? requested : version);
    }
    declared.checkMirrors?.(message, revision.mirrors);
    return revision;
  }

  #unsupported(requested: string): ProtocolError {
    // basic/versioning#protocol-version-negotiation: the error MUST list what is supported.
    return new ProtocolError(
      'unsupported_protocol_version',
      `Unsupported protocol version ${displayName(requested)}. Supported: ${this.versions.join(', ')}`,
      { data: { supported: this.versions, requested: requested.slice(0, 100) } },
    );
  }
}

/** The version that `initialize` returns: the client's name for it, if it is served. */
export function agreedVersion(requested: string, { version }: Revision): string {
  return servedAs.get(requested) === version ? requested : version;
}

/** Whether a message, by its envelope alone, is one of the revisions with a handshake. */
export function isLegacyEnvelope(params: unknown, header: string | undefined): boolean {
  const isOfKnownVersion = header === undefined || legacyVersions.has(header);
  return isOfKnownVersion && claimedVersion(isObject(params) ? params : {}) === undefined;
}

const legacyVersions: ReadonlySet<unknown> = new Set([
  ...revisions.filter(({ era }) => era === 'legacy').map(({ version }) => version),
  ...servedAs.keys(),
]);

/** The version in `_meta`. Any other value becomes a text, so that it counts as an unsupported version. */
function claimedVersion(params: Params): string | undefined {
  const meta = params['_meta'];
  const claimed = isObject(meta) ? meta[metaKeys.protocolVersion] : undefined;
  // Not as JSON: deep nesting would overflow the stack.
  if (claimed === undefined || claimed === null) return undefined;
  return typeof claimed === 'string' ? claimed : `a version of type ${typeof claimed}`;
}
