import { isTrustworthyUrl } from '../../oauth/trustworthy-url.js';
import type { Endpoint } from '../endpoint.js';
import type { Finding } from '../finding.js';
import { failure, ok } from '../finding.js';

/** MCP `basic/authorization#communication-security`: tokens travel over https, or never leave the machine. */
export function checkUrl({ url }: Endpoint): readonly Finding[] {
  if (url.protocol === 'https:') return [ok('url', 'It is https.')];
  if (isTrustworthyUrl(url.href)) return [ok('url', 'It is http on a loopback host, which is for development.')];
  return [
    failure(
      'url',
      'It is http, so that attackers in the network can read the access tokens.',
      'Serve it over https, and use the https URL as the `resource` of mcpAuth.',
    ),
  ];
}
