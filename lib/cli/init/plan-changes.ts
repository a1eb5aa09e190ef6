import path from 'node:path';
import type { AppFile } from './app-file.js';
import type { EndpointFacts } from './endpoint-module.js';
import { endpointModule, quoted } from './endpoint-module.js';

/** Lines to insert into a file at one place. */
export interface Insertion {
  readonly place: number;
  readonly lines: readonly string[];
}

/** The changes that `init` will write. */
export interface Changes {
  readonly appFile: string;
  readonly insertions: readonly Insertion[];
  readonly moduleFile: string;
  readonly moduleText: string;
}

/**
 * Works out the changes.
 *
 * @param appFile - path of the file that makes the app
 * @param app - the result of reading it
 * @param facts - the developer's answers
 * @param isModulePackage - whether `package.json` says `"type": "module"`
 */
export function planChanges(
  appFile: string,
  app: AppFile,
  { facts, isModulePackage }: { readonly facts: EndpointFacts; readonly isModulePackage: boolean },
): Changes {
  const extension = path.extname(appFile);
  const name = quoted(specifierFor(extension, app, isModulePackage), app.quote);
  const importLine = app.imports === 'import' ? `import { mcp } from ${name}` : `const { mcp } = require(${name})`;
  return {
    appFile,
    insertions: [
      { place: app.importPlace, lines: [`${importLine}${app.semicolon}`] },
      { place: app.usePlace, lines: [`${app.indent}${app.app}.use(mcp)${app.semicolon}`] },
    ],
    moduleFile: path.join(path.dirname(appFile), `mcp${extension}`),
    moduleText: endpointModule(facts, app),
  };
}

/** The name of the module, with the ending that the file gives to the modules beside it. */
function specifierFor(extension: string, { relativeModules, imports }: AppFile, isModulePackage: boolean): string {
  const isTypeScript = extension.endsWith('ts');
  if (/^\.[mc]/.test(extension)) return `./mcp${extension.replace('ts', 'js')}`;
  const endings = new Set(relativeModules.map((name) => /\.[jt]s$/.exec(name)?.[0] ?? ''));
  const [known] = endings.size === 1 ? endings : [];
  // Node demands the extension of imported files; TypeScript and `require` do not.
  if (!isTypeScript) return imports === 'import' ? './mcp.js' : `./mcp${known === '.js' ? '.js' : ''}`;
  return `./mcp${known ?? (isModulePackage ? '.js' : '')}`;
}

/** The text of the app's file with all insertions. */
export function applyInsertions(text: string, insertions: readonly Insertion[], lineEnd: string): string {
  // From the end, so that earlier offsets stay valid.
  const ordered = [...insertions].sort((a, b) => b.place - a.place);
  return ordered.reduce(
    (changed, { place, lines }) =>
      changed.slice(0, place) + lines.map((line) => lineEnd + line).join('') + changed.slice(place),
    text,
  );
}
