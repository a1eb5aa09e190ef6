import { revokeTokens } from 'express-mcp';
import type { RevocationStore } from 'express-mcp';
import type { Database } from '../database/database.js';

/** Seconds that an access token lives. */
export const accessTokenSeconds = 300;

/** A client that a user has given access to. */
export interface ConnectedClient {
  readonly grantId: string;
  readonly clientId: string;
  /** Scopes by resource, as oidc-provider keeps them. */
  readonly scopes: readonly string[];
}

/**
 * What MCP clients hold of a user, and how to take it away. Three things have to go: the grant, so that no consent is
 * remembered; refresh tokens and codes, so that there are no new access tokens; access tokens, which `mcpAuth` refuses from
 * the next request on, and whose open streams it ends.
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

  /** The clients that a user has given access to. */
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

  /** Ends what one client may do for a user. */
  async revokeClient(userId: string, grantId: string): Promise<void> {
    const [grant] = await this.#database.query(
      `select id from oidc_records where model = 'Grant' and id = $1 and account_id = $2`,
      [grantId, userId],
    );
    if (grant === undefined) return;
    await this.#database.query('delete from oidc_records where grant_id = $1', [grantId]);
    await this.grantRevoked(grantId);
  }

  /** Ends what all clients may do for a user: they signed out, changed their password, or are deleted. */
  async revokeAll(userId: string): Promise<void> {
    await this.#database.query('delete from oidc_records where account_id = $1', [userId]);
    await revokeTokens(this.#revocations, { issuer: this.#issuer, subject: userId }, accessTokenSeconds + 60);
  }

  /** Refuses the access tokens of a grant, which carry its id as `sid`. */
  async grantRevoked(grantId: string): Promise<void> {
    await revokeTokens(this.#revocations, { issuer: this.#issuer, session: grantId }, accessTokenSeconds + 60);
  }
}
