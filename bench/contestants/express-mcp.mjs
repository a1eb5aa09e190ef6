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

/** A change that all listeners to the list of tools hear of. */
export function change() {
  registry.tool('new', { description: 'Appears and goes' }, () => 'new').remove();
}
