// npm run api: writes api/*.api.md, the public types of each entry, for reviews. npm run api:check: fails if they changed unseen.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure-setup.mjs';
import { ensureFolderInstalled } from './install-folder.mjs';

const isCheck = process.argv.includes('--check');
const folder = path.join(root, 'api');
const made = path.join(root, '.cache', 'api');

ensureInstalled();
ensureBuilt();
ensureFolderInstalled('api');
const { Extractor, ExtractorConfig } = createRequire(path.join(folder, 'package.json'))('@microsoft/api-extractor');
mkdirSync(made, { recursive: true });

const { exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
let changed = 0;
for (const [name, { types }] of Object.entries(exports)) {
  if (types === undefined) continue;
  const entry = name === '.' ? 'index' : name.slice(2);
  const report = path.join(folder, `${entry}.api.md`);
  const text = reportOf(entry, path.join(root, types));
  if (!isCheck) writeFileSync(report, text);
  else if (readOr(report, '') !== text) {
    changed += 1;
    console.error(
      `The public types of ${name} changed. Write api/${entry}.api.md by npm run api, and read the difference.`,
    );
  }
}
if (changed > 0) process.exitCode = 1;

/** The report about one entry, as text. */
function reportOf(entry, file) {
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: path.join(root, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: file,
      compiler: { tsconfigFilePath: path.join(root, 'tsconfig.build.json') },
      apiReport: {
        enabled: true,
        reportFileName: `${entry}.api.md`,
        reportFolder: made,
        reportTempFolder: path.join(made, 'temp'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        // Comments are checked by our own rules, and the report is about types.
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
        compilerMessageReporting: { default: { logLevel: 'error' } },
      },
    },
  });
  const { errorCount } = Extractor.invoke(config, {
    localBuild: true,
    showVerboseMessages: false,
    messageCallback: quietly,
  });
  if (errorCount > 0) throw new Error(`api-extractor found ${errorCount} errors in ${file}`);
  return readFileSync(path.join(made, `${entry}.api.md`), 'utf8');
}

function quietly(message) {
  if (message.logLevel !== 'error') message.handled = true;
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
