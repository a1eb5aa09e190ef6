export { devAuthorizationServer } from './dev-authorization-server.js';
export type { DevAuthorizationServer } from './dev-authorization-server.js';
export type { DevAuthorizationServerOptions } from './dev-options.js';
