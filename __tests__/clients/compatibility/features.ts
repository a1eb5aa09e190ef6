/** The rows of the table: what a client is driven through, in this order. */
export const features = {
  list: 'lists, over several pages',
  call: 'calls a tool',
  structured: 'takes structured content',
  prompt: 'gets a prompt',
  resource: 'reads a resource',
  completion: 'completes an argument',
  progress: 'shows progress',
  logging: 'receives log messages',
  elicitation: 'answers a question of the tool',
  cancel: 'calls a request off',
  listChanged: 'hears that a list changed',
  subscribe: 'hears that a resource changed',
  resume: 'goes on after a broken connection',
  endSession: 'ends its session',
  refusal: 'fixed token: reports the refusal',
  signIn: '401: signs in by itself',
  stepUp: '403: asks for more and goes on',
  stepUpScopes: '403: asks for which scopes',
} as const;

export type Feature = keyof typeof features;
