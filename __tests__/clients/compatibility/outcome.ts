/** What a client did with a feature. */
export interface Outcome {
  /** What the table says. */
  readonly cell: string;
  /** Why it is not `yes`. */
  readonly why?: string;
}

/** What one client did, by feature. */
export type Outcomes = Readonly<Record<string, Outcome>>;

export const yes: Outcome = { cell: 'yes' };

/** The client has no way to do it. */
export function lacksIt(why: string): Outcome {
  return { cell: 'lacks it', why };
}

/** The client can do it, but it did not come about. */
export function no(error: unknown): Outcome {
  const why = error instanceof Error ? error.message : String(error);
  return { cell: 'no', why: why.replaceAll(/\s+/g, ' ').slice(0, 300) };
}
