import type { Adapter, AdapterPayload } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { Database } from '../database/database.js';

interface Row {
  readonly payload: AdapterPayload;
  readonly consumed: number | null;
}

const select = 'select payload, extract(epoch from consumed_at)::integer as consumed from oidc_records';

/** Keeps one kind of what oidc-provider has to remember in the app's database. */
export class OidcAdapter implements Adapter {
  readonly #database: Database;
  readonly #model: string;
  readonly #grantEnded: (grantId: string) => Promise<void>;

  /**
   * @param model - `Client`, `Session`, `Grant`, `RefreshToken`, …
   * @param grantEnded - called before a grant is deleted; if it fails, so does the request
   */
  constructor(database: Database, model: string, grantEnded: (grantId: string) => Promise<void>) {
    this.#database = database;
    this.#model = model;
    this.#grantEnded = grantEnded;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    await this.#database.query(
      `insert into oidc_records (model, id, payload, account_id, grant_id, uid, expires_at)
       values ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 second')
       on conflict (model, id) do update set payload = excluded.payload, account_id = excluded.account_id,
         grant_id = excluded.grant_id, uid = excluded.uid, expires_at = excluded.expires_at`,
      [
        this.#model,
        id,
        JSON.stringify(payload),
        // A waiting page belongs to the signed-in user.
        payload.accountId ?? payload.session?.accountId ?? null,
        // Everything of a grant, and the grant itself, can be found by one value.
        this.#model === 'Grant' ? id : (payload.grantId ?? null),
        payload.uid ?? null,
        expiresIn ?? null,
      ],
    );
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('id', id);
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('uid', uid);
  }

  findByUserCode(): Promise<undefined> {
    // The device flow, which is not offered.
    return Promise.resolve(undefined);
  }

  /** Two requests with one refresh token or code may come at once: the database lets only one of them be the first. */
  async consume(id: string): Promise<void> {
    const consumed = await this.#database.query(
      `update oidc_records set consumed_at = now()
        where model = $1 and id = $2 and consumed_at is null returning id`,
      [this.#model, id],
    );
    if (consumed.length === 0) throw new errors.InvalidGrant('already used');
  }

  async destroy(id: string): Promise<void> {
    // A client gave its refresh token back (RFC 7009), or one was used twice.
    if (this.#model === 'Grant') await this.#grantEnded(id);
    await this.#database.query('delete from oidc_records where model = $1 and id = $2', [this.#model, id]);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#database.query('delete from oidc_records where model = $1 and grant_id = $2', [this.#model, grantId]);
  }

  async #findBy(column: 'id' | 'uid', value: string): Promise<AdapterPayload | undefined> {
    const [row] = await this.#database.query<Row>(
      `${select} where model = $1 and ${column} = $2 and (expires_at is null or expires_at > now())`,
      [this.#model, value],
    );
    if (row === undefined) return undefined;
    return row.consumed === null ? row.payload : { ...row.payload, consumed: row.consumed };
  }
}
