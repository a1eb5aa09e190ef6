import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly createdAt: string;
}

type Awaitable<T> = Promise<T> | T;

/** Where the notes are: in a file here, in Redis in examples/cluster. */
export interface Notes {
  all(): Awaitable<readonly Note[]>;
  find(id: string): Awaitable<Note | undefined>;
  /** The notes that contain some words. */
  search(words: string): Awaitable<readonly Note[]>;
  add(text: string): Promise<Note>;
  /** @returns whether there was such a note */
  delete(id: string): Promise<boolean>;
}

/** Notes in a JSON file. Every change is on the disk before it is answered, and the file is never half written. */
export class NoteStore implements Notes {
  readonly #file: string;
  readonly #notes: Map<string, Note>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, notes: readonly Note[]) {
    this.#file = file;
    this.#notes = new Map(notes.map((note) => [note.id, note]));
  }

  static async open(file: string): Promise<NoteStore> {
    await mkdir(path.dirname(file), { recursive: true });
    try {
      return new NoteStore(file, JSON.parse(await readFile(file, 'utf8')) as Note[]);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return new NoteStore(file, []);
    }
  }

  all(): readonly Note[] {
    return [...this.#notes.values()];
  }

  find(id: string): Note | undefined {
    return this.#notes.get(id);
  }

  search(words: string): readonly Note[] {
    const wanted = words.toLowerCase();
    return this.all().filter(({ text }) => text.toLowerCase().includes(wanted));
  }

  async add(text: string): Promise<Note> {
    const note = { id: randomUUID().slice(0, 8), text, createdAt: new Date().toISOString() };
    this.#notes.set(note.id, note);
    await this.#save();
    return note;
  }

  async delete(id: string): Promise<boolean> {
    const existed = this.#notes.delete(id);
    if (existed) await this.#save();
    return existed;
  }

  /** One write after the other; each replaces the file in one step. */
  async #save(): Promise<void> {
    const write = async (): Promise<void> => {
      const temporary = `${this.#file}.new`;
      await writeFile(temporary, `${JSON.stringify(this.all(), null, 2)}\n`);
      await rename(temporary, this.#file);
    };
    this.#writing = this.#writing.then(write, write);
    await this.#writing;
  }
}
