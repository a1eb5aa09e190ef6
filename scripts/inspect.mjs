// npm run inspect: the notes example and the Inspector's web page, connected to each other.
// npm run inspect:check: drives both and the documentation site in Chromium instead, and takes the pictures in inspect/pictures.
// npm run inspect:check -- --publish: also puts those that the README shows into docs/images.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt, ensureInstalled, root, run } from './ensure-setup.mjs';
import { ensureFolderInstalled } from './install-folder.mjs';

ensureInstalled();
ensureBuilt();
ensureFolderInstalled('inspect');
const { check } = await import('../inspect/check.mjs');
const { startInspector, startNotes } = await import('../inspect/processes.mjs');
if (process.argv.includes('--check')) {
  if (!existsSync(path.join(root, 'site', 'dist', 'llms.txt'))) {
    run(process.execPath, [path.join(root, 'scripts', 'docs.mjs')]);
  }
  process.exit((await check()) ? 0 : 1);
}

const notes = await startNotes();
const inspector = await startInspector(notes.url);
console.log(`
  The notes example     ${notes.url}  (open it in a browser: the page of the endpoint)
  The Inspector         ${inspector.url}

  Press Connect in the Inspector; any name signs in. Call search_notes, then add_note: the Inspector
  is told which scope is missing and asks you for it.

  Ctrl-C stops both.
`);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    inspector.stop();
    notes.stop();
    process.exit(0);
  });
}
