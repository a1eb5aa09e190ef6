/** Kinds of problems in the app's configuration or its surroundings. See docs/why-401.md. */
export type ProblemCode =
  | 'issuer_unreachable'
  | 'scopes_not_offered'
  | 'tokens_not_checked'
  | 'unusable_keys'
  | 'wrong_audience'
  | 'wrong_issuer';

/** A problem that an operator must know about and can fix. It contains no token, and no text that a client can choose freely. */
export interface Problem {
  readonly code: ProblemCode;
  /** The problem, with the names that are concerned. */
  readonly message: string;
  /** The remedy. */
  readonly advice: string;
  /** Resource identifier of the endpoint. */
  readonly resource: string;
  /** The error behind it, such as that of `fetch`. */
  readonly cause: unknown;
}

/** Receives problems, each once a minute. Its errors and rejections are ignored. */
export type ProblemListener = (problem: Problem) => unknown;

/** The default listener: writes a line to standard error. */
export const stderrProblems: ProblemListener = ({ advice, code, message, resource }) => {
  // eslint-disable-next-line no-console -- it is the app's log, and the app can give a hook instead.
  console.error(`express-mcp: ${code} at ${resource}: ${message}. ${advice} See docs/why-401.md#${code}.`);
};
