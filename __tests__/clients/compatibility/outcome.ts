/** The result of trying a feature with a client. */
export interface Outcome {
  /** The text of the table's cell. */
  readonly cell: string;
  /** Why it is not `yes`. */
  readonly why?: string;
}

/** The results of one client, by feature. */
export type Outcomes = Readonly<Record<string, Outcome>>;

export const yes: Outcome = { cell: 'yes' };

/** For a feature that the client lacks. */
export function lacksIt(why: string): Outcome {
  return { cell: 'lacks it', why };
}

/** For a feature that the client has, but that failed. */
export function no(error: unknown): Outcome {
  const why = error instanceof Error ? error.message : String(error);
  return { cell: 'no', why: why.replaceAll(/\s+/g, ' ').slice(0, 300) };
}
