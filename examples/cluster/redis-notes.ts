import { randomUUID } from 'node:crypto';
import type { createClient } from 'redis';
import type { Note, Notes } from '../notes/note-store.js';

type Client = Pick<ReturnType<typeof createClient>, 'hDel' | 'hGet' | 'hSet' | 'hVals'>;

const key = 'notes:all';

/** Notes in a hash of Redis, so that every process has the same ones. */
export class RedisNotes implements Notes {
  readonly #client: Client;
  readonly #onChange: () => void;

  /**
   * @param client - connected
   * @param onChange - called after a change that was made by way of this process
   */
  constructor(client: Client, onChange: () => void) {
    this.#client = client;
    this.#onChange = onChange;
  }

  async all(): Promise<readonly Note[]> {
    const notes = (await this.#client.hVals(key)).map((text) => JSON.parse(text) as Note);
    return notes.sort((one, other) => one.createdAt.localeCompare(other.createdAt));
  }

  async find(id: string): Promise<Note | undefined> {
    const text = await this.#client.hGet(key, id);
    return text === null ? undefined : (JSON.parse(text) as Note);
  }

  async search(words: string): Promise<readonly Note[]> {
    const wanted = words.toLowerCase();
    return (await this.all()).filter(({ text }) => text.toLowerCase().includes(wanted));
  }

  async add(text: string): Promise<Note> {
    const note = { id: randomUUID().slice(0, 8), text, createdAt: new Date().toISOString() };
    await this.#client.hSet(key, note.id, JSON.stringify(note));
    this.#onChange();
    return note;
  }

  async delete(id: string): Promise<boolean> {
    const existed = (await this.#client.hDel(key, id)) > 0;
    if (existed) this.#onChange();
    return existed;
  }
}
