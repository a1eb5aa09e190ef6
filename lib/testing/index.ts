export { accessMatrix } from './access-matrix.js';
export type { AccessMatrix, AccessMatrixOptions, AccessVerdict, Role } from './access-matrix.js';
export { createTestIssuer } from './create-test-issuer.js';
export type { TestIssuerOptions } from './create-test-issuer.js';
export type { TestIssuer, TestTokenOptions } from './test-issuer.js';
export { expectChallenge } from './expect-challenge.js';
export type { ChallengedResponse, ExpectedChallenge } from './expect-challenge.js';
export { TestClientError } from './client/test-client-error.js';
export type { ErrorFacts } from './client/test-client-error.js';
export type { ServerNotification } from './client/channel.js';
export type { ExpectedRefusal } from './client/expect-refused.js';
export type { Answers, Question, QuestionAnswer, TestClientOptions, TestTarget } from './client/test-client-options.js';
export type {
  ListedItem,
  Listening,
  ReceivedProgress,
  RequestOptions,
  TaskState,
  TestClient,
  TestSubscription,
  TestTask,
  ToolCallResult,
} from './client/test-client-types.js';
export { testClient } from './test-client.js';
