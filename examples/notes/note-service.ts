import type { Note, Notes } from './note-store.js';

const maxTextLength = 10_000;

/** A user's request that cannot be fulfilled. The message is for the user. */
export class NoteError extends Error {
  override readonly name = 'NoteError';
  readonly reason: 'no_such_note' | 'unusable_text';

  constructor(reason: NoteError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The operations on notes. The REST routes and the tools both call them, so both follow the same rules. */
export class NoteService {
  readonly #store: Notes;

  constructor(store: Notes) {
    this.#store = store;
  }

  /** @returns the notes that contain some words; all notes without words */
  async search(words = ''): Promise<readonly Note[]> {
    return words === '' ? this.#store.all() : this.#store.search(words);
  }

  async find(id: string): Promise<Note | undefined> {
    return this.#store.find(id);
  }

  /** @throws NoteError `no_such_note` */
  async read(id: string): Promise<Note> {
    const note = await this.find(id);
    if (note === undefined) throw noSuchNote(id);
    return note;
  }

  /**
   * @param text - from the user: not blank, at most 10,000 UTF-16 units
   * @throws NoteError `unusable_text`
   */
  async add(text: unknown): Promise<Note> {
    if (typeof text !== 'string' || text.trim() === '') throw new NoteError('unusable_text', 'A note needs a text');
    if (text.length > maxTextLength) {
      throw new NoteError('unusable_text', `A note has at most ${String(maxTextLength)} characters`);
    }
    return this.#store.add(text);
  }

  /** @throws NoteError `no_such_note` */
  async delete(id: string): Promise<void> {
    if (!(await this.#store.delete(id))) throw noSuchNote(id);
  }
}

function noSuchNote(id: string): NoteError {
  return new NoteError('no_such_note', `There is no note ${id}`);
}
