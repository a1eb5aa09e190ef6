// npm run reference: writes docs/reference.md from the types of lib/ and their comments. __tests__/docs holds it against them.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled, root } from './ensure-setup.mjs';

ensureInstalled();
const { renderReference } = await import('./reference/render-reference.mjs');
writeFileSync(path.join(root, 'docs', 'reference.md'), renderReference(root));
