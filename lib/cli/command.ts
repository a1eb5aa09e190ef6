/** Where a command writes to, and what it knows of the world. */
export interface CommandEnvironment {
  /** Writes to standard output. */
  write(text: string): void;
  /** Writes to standard error. */
  complain(text: string): void;
  /** Asks the person in front of the terminal, and gives the answer; undefined where there is no terminal. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  /** The folder that relative paths start from. */
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A command: does its work, and returns the exit code of the process. */
export type Command = (args: readonly string[], environment: CommandEnvironment) => Promise<number>;
