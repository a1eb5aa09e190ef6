// npm run standards: writes docs/standards.md from __tests__/requirements/manifest, docs/standards/*.md, which Git does not keep, and
// docs/hostile-cases.md from __tests__/adversarial/cases.ts.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import { register } from 'tsx/esm/api';
import { root } from './ensure-setup.mjs';

const unregister = register();
const folder = path.join(root, '__tests__', 'requirements');
const { chapters } = await import(path.join(folder, 'manifest', 'index.ts'));
const { renderChapters, renderOverview } = await import(path.join(folder, 'render.ts'));
const adversarial = path.join(root, '__tests__', 'adversarial');
const { cases, openCases } = await import(path.join(adversarial, 'cases.ts'));
const { renderCases } = await import(path.join(adversarial, 'render-cases.ts'));
await unregister();
const docs = path.join(root, 'docs');
const options = await prettier.resolveConfig(path.join(docs, 'standards.md'));
const write = async (file, text) =>
  writeFileSync(path.join(docs, file), await prettier.format(text, { ...options, parser: 'markdown' }));

await write('standards.md', renderOverview(chapters));
await write('hostile-cases.md', renderCases(cases, openCases));
rmSync(path.join(docs, 'standards'), { recursive: true, force: true });
mkdirSync(path.join(docs, 'standards'));
for (const [file, text] of renderChapters(chapters)) await write(path.join('standards', file), text);
