import type { Catalog } from '../../registry/catalog.js';
import type { RequestInWork } from './call.js';

/** The parts of the protocol that a server only offers if it has items for them. */
export type Feature = 'completions' | 'prompts' | 'resources' | 'tools';

/** Whether a feature has, or had, any items. Methods of an unused feature do not exist. */
export function hasFeature(catalog: Catalog, feature: Feature): boolean {
  switch (feature) {
    case 'tools':
      return catalog.tools.wasUsed;
    case 'prompts':
      return catalog.prompts.wasUsed;
    case 'resources':
      return catalog.resources.wasUsed || catalog.resourceTemplates.wasUsed;
    case 'completions':
      return catalog.hasCompletions;
  }
}

const features: readonly Feature[] = ['tools', 'prompts', 'resources', 'completions'];

/** Whether the client of a call can receive messages outside of an answer. */
export function canBeTold({ connection, openConnection, revision }: RequestInWork): boolean {
  return revision.hasSubscriptions || connection !== undefined || openConnection !== undefined;
}

/** The capabilities for `server/discover` and `initialize`: exactly those that the server has. */
export function capabilitiesOf(call: RequestInWork): Readonly<Record<string, object>> {
  const { catalog } = call.endpoint;
  const tells = canBeTold(call);
  const details: Readonly<Record<Feature, object>> = {
    tools: tells ? { listChanged: true } : {},
    prompts: tells ? { listChanged: true } : {},
    resources: tells ? { subscribe: true, listChanged: true } : {},
    completions: {},
  };
  const offered = features.filter((feature) => hasFeature(catalog, feature));
  return {
    ...Object.fromEntries(offered.map((feature) => [feature, details[feature]])),
    // server/utilities/logging#capabilities: servers that emit log messages MUST declare it; any handler may.
    ...(tells ? { logging: {} } : {}),
    ...(call.revision.hasExtensions && catalog.extensions.size > 0
      ? { extensions: Object.fromEntries(catalog.extensions) }
      : {}),
  };
}
