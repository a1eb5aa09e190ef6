import type { InputResponses } from './input-required.js';

/** The client's answers from the previous round. */
export interface InputRound {
  readonly inputResponses: InputResponses | undefined;
  readonly requestState: unknown;
}

/** The first round, before any question. */
export const firstRound: InputRound = { inputResponses: undefined, requestState: undefined };
