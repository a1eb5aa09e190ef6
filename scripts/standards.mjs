// npm run standards: writes docs/standards.md from __tests__/requirements/manifest.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import { register } from 'tsx/esm/api';
import { root } from './ensure-setup.mjs';

const unregister = register();
const folder = path.join(root, '__tests__', 'requirements');
const { manifest } = await import(path.join(folder, 'manifest', 'index.ts'));
const { renderStandards } = await import(path.join(folder, 'render.ts'));
await unregister();
const file = path.join(root, 'docs', 'standards.md');
const options = await prettier.resolveConfig(file);
writeFileSync(file, await prettier.format(renderStandards(manifest), { ...options, parser: 'markdown' }));
