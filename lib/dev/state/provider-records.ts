import type { Adapter, AdapterPayload } from 'oidc-provider';

/** One record of `oidc-provider`, with the time when it ends. */
export interface ProviderRecord {
  readonly payload: AdapterPayload;
  /** Milliseconds since 1970; undefined for a record without an end, such as a registered client. */
  readonly endsAt?: number | undefined;
}

/** All records, by model (`Client`, `Grant`, `Session`, …) and id, as JSON keeps them. */
export type RecordsByModel = Readonly<Record<string, Readonly<Record<string, ProviderRecord>>>>;

/** For each model. The oldest records make room for new ones. */
const maxRecordsPerModel = 500;

/**
 * Records of `oidc-provider`: clients, grants, sessions, refresh tokens, authorizations under way.
 */
export class ProviderRecords {
  readonly #models = new Map<string, Map<string, ProviderRecord>>();
  readonly #onChange: () => void;

  /**
   * @param kept - records of an earlier run
   * @param onChange - called after each change, before the provider goes on
   */
  constructor(kept: RecordsByModel, onChange: () => void) {
    this.#onChange = onChange;
    for (const [model, records] of Object.entries(kept)) this.#models.set(model, new Map(Object.entries(records)));
  }

  /** All records that have not ended, to be kept. */
  toJSON(): RecordsByModel {
    return Object.fromEntries(
      [...this.#models].map(([model, records]) => [
        model,
        Object.fromEntries([...records].filter(([, record]) => isAlive(record))),
      ]),
    );
  }

  /**
   * The port through which `oidc-provider` reaches the records of one model.
   *
   * @param model - name of the model
   */
  adapterFor(model: string): Adapter {
    const find = (id: string): Promise<AdapterPayload | undefined> => Promise.resolve(this.#find(model, id));
    const findBy = (member: 'uid' | 'userCode', value: string): Promise<AdapterPayload | undefined> => {
      const [id] = [...this.#of(model)].find(([, { payload }]) => payload[member] === value) ?? [];
      return Promise.resolve(id === undefined ? undefined : this.#find(model, id));
    };
    return {
      find,
      findByUid: (uid) => findBy('uid', uid),
      findByUserCode: (userCode) => findBy('userCode', userCode),
      upsert: (id, payload, expiresIn) =>
        this.#change(() => {
          this.#save(model, id, payload, expiresIn);
        }),
      consume: (id) =>
        this.#change(() => {
          const record = this.#of(model).get(id);
          const consumed = Math.floor(Date.now() / 1000);
          if (record !== undefined) this.#of(model).set(id, { ...record, payload: { ...record.payload, consumed } });
        }),
      destroy: (id) =>
        this.#change(() => {
          this.#of(model).delete(id);
        }),
      revokeByGrantId: (grantId) =>
        this.#change(() => {
          const records = this.#of(model);
          for (const [id, { payload }] of records) if (payload.grantId === grantId) records.delete(id);
        }),
    };
  }

  #of(model: string): Map<string, ProviderRecord> {
    const records = this.#models.get(model) ?? new Map<string, ProviderRecord>();
    this.#models.set(model, records);
    return records;
  }

  #find(model: string, id: string): AdapterPayload | undefined {
    const record = this.#of(model).get(id);
    return record === undefined || !isAlive(record) ? undefined : structuredClone(record.payload);
  }

  #save(model: string, id: string, payload: AdapterPayload, expiresIn: number | undefined): void {
    const records = this.#of(model);
    // A Map keeps the order of insertion: a record that is written again is the newest.
    records.delete(id);
    const endsAt = expiresIn === undefined ? undefined : Date.now() + expiresIn * 1000;
    records.set(id, { payload: structuredClone(payload), endsAt });
    if (records.size <= maxRecordsPerModel) return;
    for (const [old, record] of records) if (!isAlive(record)) records.delete(old);
    for (const old of records.keys()) {
      if (records.size <= maxRecordsPerModel) break;
      records.delete(old);
    }
  }

  #change(work: () => void): Promise<void> {
    work();
    this.#onChange();
    return Promise.resolve();
  }
}

function isAlive({ endsAt }: ProviderRecord): boolean {
  return endsAt === undefined || endsAt > Date.now();
}
