export type { ClientCredentials } from '../oauth/client-authentication.js';
export { relayInsufficientScope } from './relay-insufficient-scope.js';
export { TokenExchangeError } from './token-exchange-error.js';
export type { TokenExchange } from './token-exchange.js';
export { tokenExchange } from './token-exchange.js';
export type { ExchangeProfile, TokenExchangeOptions } from './token-exchange-options.js';
export type { UpstreamContext } from './upstream-context.js';
