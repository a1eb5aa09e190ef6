import { ConfigurationError } from '../errors/configuration-error.js';
import { nodeHttp } from '../builtins/node-http.js';

/**
 * Notices a factory that was given to the app in place of what it returns: `app.use(mcpAuth)`. The app then calls it with a request
 * where its options should be.
 *
 * @param given - the first argument of the factory
 * @param name - of the factory, such as `mcpAuth`
 * @param call - how it is called rightly, such as `mcpAuth({ … })`
 * @throws ConfigurationError `invalid_option`
 */
export function assertCalled(given: unknown, name: string, call: string): void {
  if (!(given instanceof nodeHttp().IncomingMessage)) return;
  throw new ConfigurationError(
    'invalid_option',
    `${name} was given to the app without being called. Write app.use(${call}) in place of app.use(${name}).`,
  );
}
