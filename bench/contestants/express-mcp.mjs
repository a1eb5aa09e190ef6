import { createOurEndpoint } from '../work/our-endpoint.mjs';

export const title = 'express-mcp';
export const eras = ['legacy', 'modern'];
export const joins = [
  'tools-call',
  'many-tools',
  'tokens',
  'first-use',
  'tools-list',
  'listing-mixed',
  'refused',
  'progress',
  'subscriptions',
  'sessions',
];
let registry;

export function start(settings) {
  const endpoint = createOurEndpoint(settings);
  registry = endpoint.registry;
  return endpoint.app;
}

/** What everybody hears of who listens to the list of tools. */
export function change() {
  registry.tool('new', { description: 'Appears and goes' }, () => 'new').remove();
}
