import { skillsExtension } from '../../registry/skill.js';
import type { Method } from '../call/method.js';
import { listMethod } from './list-method.js';

/** Skills `#listing-skills`. */
export const skillsList: Method = {
  ...listMethod('skills/list', 'resources', 'skills', ({ endpoint }) => endpoint.catalog.skills.items),
  // The extension is specified against 2026-07-28; for older clients its files are resources like any other.
  eras: ['modern'],
  extension: skillsExtension,
};
