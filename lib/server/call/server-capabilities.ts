import type { Catalog } from '../../registry/catalog.js';
import type { RequestInWork } from './call.js';

/** The parts of the protocol that a server offers only when there is something behind them. */
export type Feature = 'completions' | 'prompts' | 'resources' | 'tools';

/** Whether there is, or was, anything behind a feature. Methods of a feature that nobody uses do not exist. */
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

/** Whether the client of a call can be told something outside of an answer. */
export function canBeTold({ connection, openConnection, revision }: RequestInWork): boolean {
  return revision.hasSubscriptions || connection !== undefined || openConnection !== undefined;
}

/** What `server/discover` and `initialize` declare: just what is answered. */
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
    // server/utilities/logging#capabilities: who emits log messages MUST declare it; any handler may.
    ...(tells ? { logging: {} } : {}),
    ...(call.revision.hasExtensions && catalog.extensions.size > 0
      ? { extensions: Object.fromEntries(catalog.extensions) }
      : {}),
  };
}
