import { revokeTokens } from 'express-mcp';
import type { RevocationStore } from 'express-mcp';
import type { Database } from '../database/database.js';

/** Lifetime of an access token in seconds. */
export const accessTokenSeconds = 300;

/** A client with access to a user's data. */
export interface ConnectedClient {
  readonly grantId: string;
  readonly clientId: string;
  /** Scopes by resource, as oidc-provider keeps them. */
  readonly scopes: readonly string[];
}

/**
 * Access of MCP clients to a user's data, and how to revoke it. Three things have to go. Without the grant, the consent is forgotten.
 * Without refresh tokens and codes, there are no new access tokens. Access tokens are refused by `mcpAuth` from the next request on,
 * and it ends their streams.
 */
export class Access {
  readonly #database: Database;
  readonly #issuer: string;
  readonly #revocations: RevocationStore;

  constructor(database: Database, issuer: string, revocations: RevocationStore) {
    this.#database = database;
    this.#issuer = issuer;
    this.#revocations = revocations;
  }

  /** The clients with access to a user's data. */
  async list(userId: string): Promise<readonly ConnectedClient[]> {
    const rows = await this.#database.query<{
      readonly id: string;
      readonly payload: { readonly clientId: string; readonly resources?: Readonly<Record<string, string>> };
    }>(
      `select id, payload from oidc_records
        where model = 'Grant' and account_id = $1 and expires_at > now() order by created_at, id`,
      [userId],
    );
    return rows.map(({ id, payload }) => ({
      grantId: id,
      clientId: payload.clientId,
      scopes: Object.values(payload.resources ?? {}).flatMap((scope) => scope.split(' ')),
    }));
  }

  /** Revokes the access of one client to a user's data. */
  async revokeClient(userId: string, grantId: string): Promise<void> {
    const [grant] = await this.#database.query(
      `select id from oidc_records where model = 'Grant' and id = $1 and account_id = $2`,
      [grantId, userId],
    );
    if (grant === undefined) return;
    await this.#database.query('delete from oidc_records where grant_id = $1', [grantId]);
    await this.grantRevoked(grantId);
  }

  /** Revokes the access of all clients to a user's data: the user signed out, changed their password, or was deleted. */
  async revokeAll(userId: string): Promise<void> {
    await this.#database.query('delete from oidc_records where account_id = $1', [userId]);
    await revokeTokens(this.#revocations, { issuer: this.#issuer, subject: userId }, accessTokenSeconds + 60);
  }

  /** Refuses the access tokens of a grant, which carry its id as `sid`. */
  async grantRevoked(grantId: string): Promise<void> {
    await revokeTokens(this.#revocations, { issuer: this.#issuer, session: grantId }, accessTokenSeconds + 60);
  }
}
