import type { Catalog } from '../registry/catalog.js';

/** The parts of the protocol that a server offers only when there is something behind them. */
export type Feature = 'completions' | 'prompts' | 'resources' | 'tools';

/** Whether there is anything behind a feature. Methods of a feature without content do not exist. */
export function hasFeature(catalog: Catalog, feature: Feature): boolean {
  switch (feature) {
    case 'tools':
      return catalog.tools.items.length > 0;
    case 'prompts':
      return catalog.prompts.items.length > 0;
    case 'resources':
      return catalog.resources.items.length > 0 || catalog.resourceTemplates.items.length > 0;
    case 'completions':
      return catalog.hasCompletions;
  }
}

const features: readonly Feature[] = ['tools', 'prompts', 'resources', 'completions'];

/** What `server/discover` and `initialize` declare: just what is answered. */
export function capabilitiesOf(catalog: Catalog): Readonly<Partial<Record<Feature, object>>> {
  return Object.fromEntries(features.filter((feature) => hasFeature(catalog, feature)).map((feature) => [feature, {}]));
}
