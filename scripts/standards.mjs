// npm run standards: writes docs/standards.md and docs/standards/*.md from __tests__/requirements/manifest.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import { register } from 'tsx/esm/api';
import { root } from './ensure-setup.mjs';

const unregister = register();
const folder = path.join(root, '__tests__', 'requirements');
const { chapters } = await import(path.join(folder, 'manifest', 'index.ts'));
const { renderStandards } = await import(path.join(folder, 'render.ts'));
await unregister();
const docs = path.join(root, 'docs');
const options = await prettier.resolveConfig(path.join(docs, 'standards.md'));
rmSync(path.join(docs, 'standards'), { recursive: true, force: true });
mkdirSync(path.join(docs, 'standards'));
for (const [file, text] of renderStandards(chapters)) {
  writeFileSync(path.join(docs, file), await prettier.format(text, { ...options, parser: 'markdown' }));
}
