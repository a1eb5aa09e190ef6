import type { InputResponses } from './input-required.js';

/** What the client told in answer to the round before. */
export interface InputRound {
  readonly inputResponses: InputResponses | undefined;
  readonly requestState: unknown;
}

/** Nothing was asked yet. */
export const firstRound: InputRound = { inputResponses: undefined, requestState: undefined };
