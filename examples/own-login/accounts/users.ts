import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.js';
import { hashPassword, isPassword } from './password.js';

/** A user of the app. */
export interface User {
  /** Never changes and is never used again, so it can be the `sub` of tokens. A name could be. */
  readonly id: string;
  readonly name: string;
}

/** The app's users. */
export class Users {
  readonly #database: Database;
  /** Hash that nothing matches: an unknown name takes as long to refuse as a wrong password. */
  readonly #nobody = hashPassword(randomUUID());

  constructor(database: Database) {
    this.#database = database;
  }

  /** @returns undefined if the name is taken */
  async create(name: string, password: string): Promise<User | undefined> {
    const [user] = await this.#database.query<User>(
      `insert into users (id, name, password_hash) values ($1, $2, $3)
       on conflict (name) do nothing returning id, name`,
      [randomUUID(), name, await hashPassword(password)],
    );
    return user;
  }

  /** @returns undefined if there is no such user or the password is wrong */
  async signIn(name: string, password: string): Promise<User | undefined> {
    const [user] = await this.#database.query<User & { readonly hash: string }>(
      'select id, name, password_hash as hash from users where name = $1',
      [name],
    );
    const isRight = await isPassword(password, user?.hash ?? (await this.#nobody));
    return user !== undefined && isRight ? { id: user.id, name: user.name } : undefined;
  }

  async find(id: string): Promise<User | undefined> {
    const [user] = await this.#database.query<User>('select id, name from users where id = $1', [id]);
    return user;
  }

  /** Deletes a user with their bookmarks and browser sessions. `Access.revokeAll` sees to what clients hold. */
  async delete(id: string): Promise<void> {
    await this.#database.query('delete from users where id = $1', [id]);
  }
}
