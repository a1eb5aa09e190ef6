/** What can be wrong, in the app's configuration or around it. See docs/why-401.md. */
export type ProblemCode =
  | 'issuer_unreachable'
  | 'scopes_not_offered'
  | 'tokens_not_checked'
  | 'unusable_keys'
  | 'wrong_audience'
  | 'wrong_issuer';

/** Something that an operator must know and can mend. No token, and nothing that a client made up at will, is in it. */
export interface Problem {
  readonly code: ProblemCode;
  /** What is wrong, with the names that are concerned. */
  readonly message: string;
  /** What to do. */
  readonly advice: string;
  /** Resource identifier of the endpoint. */
  readonly resource: string;
  /** What is behind it, such as the error of `fetch`. */
  readonly cause: unknown;
}

/** Hears of problems, of each once a minute. What it throws or rejects with is ignored. */
export type ProblemListener = (problem: Problem) => unknown;

/** Where problems are told, unless the app says otherwise: a line on standard error. */
export const stderrProblems: ProblemListener = ({ advice, code, message, resource }) => {
  // eslint-disable-next-line no-console -- it is the app's log, and the app can give a hook instead.
  console.error(`express-mcp: ${code} at ${resource}: ${message}. ${advice} See docs/why-401.md#${code}.`);
};
