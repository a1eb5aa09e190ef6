import type { InputResponses } from './input-required.js';

/** What the client told in answer to the round before. */
export interface Round {
  readonly inputResponses: InputResponses | undefined;
  readonly requestState: unknown;
}

/** Nothing was asked yet. */
export const firstRound: Round = { inputResponses: undefined, requestState: undefined };
