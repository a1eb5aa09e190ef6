import { ConfigurationError } from '../errors/configuration-error.js';

const productionNames: readonly string[] = ['production', 'prod'];

/**
 * Refuses to start where `NODE_ENV` says `production` or `prod`, in whatever case and with blanks around it.
 *
 * @throws ConfigurationError `not_for_production`
 */
export function refuseProduction(): void {
  const environment = process.env['NODE_ENV'] ?? '';
  if (!productionNames.includes(environment.trim().toLowerCase())) return;
  throw new ConfigurationError(
    'not_for_production',
    'devAuthorizationServer lets anyone in and is for development only. In production use a real authorization server.',
  );
}
