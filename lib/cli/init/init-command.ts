import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { assertScope } from '../../oauth/scope.js';
import { isTrustworthyUrl } from '../../oauth/trustworthy-url.js';
import type { CommandEnvironment } from '../command.js';
import { UsageError } from '../usage-error.js';
import type { AppFile } from './app-file.js';
import { readAppFile } from './app-file.js';
import type { EndpointFacts } from './endpoint-module.js';
import { endpointModule } from './endpoint-module.js';
import type { AppManifest } from './find-app-file.js';
import { findAppFile } from './find-app-file.js';
import { nextSteps } from './next-steps.js';
import { NotUnderstood } from './not-understood.js';
import type { Changes } from './plan-changes.js';
import { applyInsertions, planChanges } from './plan-changes.js';
import { showChanges } from './show-changes.js';

/**
 * `express-mcp init`: adds a protected endpoint to the Express app in the current folder. It shows what it will write, and
 * writes after a yes.
 *
 * @param args - what stands after `init`
 * @returns 0, or 2 if it does not understand the app and says what to paste instead
 * @throws UsageError or ConfigurationError if it cannot be done as asked
 */
export async function initCommand(args: readonly string[], environment: CommandEnvironment): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      resource: { type: 'string' },
      issuer: { type: 'string' },
      scope: { type: 'string' },
      yes: { type: 'boolean', default: false },
    },
  });
  if (positionals.length > 1) throw new UsageError('Name one file at most: express-mcp init ./app.js');
  const manifest = readManifest(environment.folder);
  const facts = await findFacts(values, manifest, environment);
  let planned: { readonly app: AppFile; readonly changes: Changes };
  try {
    planned = plan(positionals[0], { facts, manifest, folder: environment.folder });
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    environment.complain(`express-mcp: nothing was changed: ${error.message}.\n`);
    environment.write(whatToPaste(facts, manifest.type === 'module'));
    return 2;
  }
  const { app, changes } = planned;
  environment.write(showChanges(changes, app.text, environment.folder));
  const answer = values.yes ? 'yes' : await environment.ask?.('\nWrite this? [y/N] ');
  if (answer === undefined) {
    environment.write('\nNothing was written. Run it again with --yes to write this.\n');
    return 0;
  }
  if (!/^y(?:es)?$/i.test(answer.trim())) {
    environment.write('Nothing was written.\n');
    return 0;
  }
  write(changes, app);
  environment.write(nextSteps(changes, { manifest, resource: facts.resource, folder: environment.folder }));
  return 0;
}

function readManifest(folder: string): AppManifest {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) throw new UsageError('There is no package.json here. Run it in the folder of your app.');
  try {
    return Object(JSON.parse(readFileSync(file, 'utf8'))) as AppManifest;
  } catch {
    throw new UsageError('The package.json here is no JSON.');
  }
}

function plan(
  named: string | undefined,
  { facts, manifest, folder }: { facts: EndpointFacts; manifest: AppManifest; folder: string },
): { readonly app: AppFile; readonly changes: Changes } {
  const file = named === undefined ? findAppFile(folder, manifest) : path.resolve(folder, named);
  const shown = path.relative(folder, file);
  if (!existsSync(file)) throw new UsageError(`There is no file ${shown}.`);
  if (!/\.[mc]?[jt]s$/.test(file)) throw new NotUnderstood(`${shown} is neither JavaScript nor TypeScript`);
  try {
    const app = readAppFile(readFileSync(file, 'utf8'), new URL(facts.resource).pathname);
    const changes = planChanges(file, app, { facts, isModulePackage: manifest.type === 'module' });
    if (existsSync(changes.moduleFile)) {
      throw new NotUnderstood(`there is a file ${path.relative(folder, changes.moduleFile)} beside it already`);
    }
    return { app, changes };
  } catch (error) {
    if (error instanceof NotUnderstood) throw new NotUnderstood(`${shown}: ${error.message}`);
    throw error;
  }
}

function write({ appFile, insertions, moduleFile, moduleText }: Changes, { text, lineEnd }: AppFile): void {
  if (readFileSync(appFile, 'utf8') !== text) throw new UsageError('The file changed meanwhile. Run it again.');
  writeFileSync(moduleFile, moduleText, { flag: 'wx' });
  writeFileSync(appFile, applyInsertions(text, insertions, lineEnd));
}

/** Asks for what the flags do not say. */
async function findFacts(
  given: Readonly<Partial<Record<'issuer' | 'resource' | 'scope', string>>>,
  { name, version }: AppManifest,
  { ask }: CommandEnvironment,
): Promise<EndpointFacts> {
  const answerTo = async (flag: keyof typeof given, question: string, fallback: string): Promise<string> => {
    const said = given[flag] ?? (await ask?.(`${question} [${fallback}] `));
    if (said === undefined) throw new UsageError(`Give --${flag}, such as --${flag} ${fallback}`);
    return said.trim() === '' ? fallback : said.trim();
  };
  const resource = await answerTo('resource', 'Public URL of the endpoint?', 'http://localhost:3000/mcp');
  assertUrl(resource, 'resource');
  const issuer = await answerTo('issuer', 'Your authorization server?', 'https://login.example.com');
  assertUrl(issuer, 'issuer');
  const scope = await answerTo('scope', 'Scope of the first tool?', 'hello:read');
  assertScope(scope, '--scope');
  return {
    name: typeof name === 'string' && name !== '' ? name : 'my-app',
    version: typeof version === 'string' && version !== '' ? version : '1.0.0',
    resource,
    issuer,
    scope,
  };
}

function assertUrl(text: string, flag: string): void {
  const { search = '', hash = '', username = '' } = URL.canParse(text) ? new URL(text) : {};
  if (isTrustworthyUrl(text) && `${search}${hash}${username}` === '') return;
  throw new UsageError(`--${flag} must be a URL with https (http on localhost only), without query and fragment.`);
}

function whatToPaste(facts: EndpointFacts, isModulePackage: boolean): string {
  const style = { imports: isModulePackage ? 'import' : 'require', quote: "'", semicolon: ';', lineEnd: '\n' } as const;
  const lines = isModulePackage
    ? ["import { mcp } from './mcp.js';", 'app.use(mcp);']
    : ["const { mcp } = require('./mcp');", 'app.use(mcp);'];
  return (
    `\nPaste it yourself. In a new file mcp.js:\n\n${indented(endpointModule(facts, style))}\n` +
    `In the file that makes the app, in front of its routes:\n\n${indented(lines.join('\n'))}\n`
  );
}

function indented(text: string): string {
  return `${text.trimEnd().replace(/^(?=.)/gm, '  ')}\n`;
}
