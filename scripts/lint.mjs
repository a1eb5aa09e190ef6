// npm run lint [-- eslint's arguments]: ESLint with our .eslintrc.cjs and our own rules. Without arguments also the words of pages.
import path from 'node:path';
import { ensureInstalled, root, run } from './ensure-setup.mjs';
import { ensureOwnLogin } from './own-login.mjs';

ensureInstalled();
const args = process.argv.slice(2);
// Typed rules need the types of what the example imports.
if (args.length === 0) await ensureOwnLogin();
if (args.length === 0) run(process.execPath, [path.join(root, 'scripts', 'plain-words.mjs')]);
run(
  process.execPath,
  [
    // ESLint 9 still reads .eslintrc.cjs and says at every run that 10 will not.
    '--disable-warning=ESLintRCWarning',
    path.join(root, 'node_modules', 'eslint', 'bin', 'eslint.js'),
    '--rulesdir=scripts/eslint-rules',
    '--ext=.ts,.js,.cjs,.mjs',
    '--max-warnings=0',
    ...(args.length === 0 ? ['.'] : args),
  ],
  { env: { ...process.env, ESLINT_USE_FLAT_CONFIG: 'false' } },
);
