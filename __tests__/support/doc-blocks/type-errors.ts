import path from 'node:path';
import ts from 'typescript';
import type { DocProgram } from './doc-program.js';
import { programText } from './doc-program.js';

/**
 * The compiler's messages about the TypeScript programs, all in one go, with the options of tsconfig.json. The public names refer to
 * the sources there.
 *
 * @param root - folder of tsconfig.json
 * @returns messages by program, each beginning with its `file:line`
 */
export function typeErrors(programs: readonly DocProgram[], root: string): ReadonlyMap<DocProgram, readonly string[]> {
  const checked = programs.filter(({ language }) => language === 'ts');
  // The folder need not exist: it only decides how imports are resolved.
  const files = new Map(
    checked.map((program, index) => [path.join(root, '.cache', 'doc-blocks', `${index}.ts`), program]),
  );
  const compiled = ts.createProgram([...files.keys()], compilerOptions(root), hostWith(files, compilerOptions(root)));
  return new Map([...files].map(([file, program]) => [program, errorsOf(compiled, file, program)] as const));
}

function compilerOptions(root: string): ts.CompilerOptions {
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(config.config, { ...ts.sys, readDirectory: () => [] }, root);
  // The declarations of a block are for the reader.
  return { ...options, noUnusedLocals: false, noUnusedParameters: false };
}

function hostWith(files: ReadonlyMap<string, DocProgram>, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const texts = new Map([...files].map(([file, program]) => [file, programText(program).text]));
  return {
    ...host,
    fileExists: (file) => texts.has(path.normalize(file)) || host.fileExists(file),
    readFile: (file) => texts.get(path.normalize(file)) ?? host.readFile(file),
    getSourceFile: (file, language, ...rest) => {
      const text = texts.get(path.normalize(file));
      return text === undefined
        ? host.getSourceFile(file, language, ...rest)
        : ts.createSourceFile(file, text, language);
    },
  };
}

function errorsOf(compiled: ts.Program, file: string, program: DocProgram): readonly string[] {
  const source = compiled.getSourceFile(file);
  const { origin } = programText(program);
  return [...compiled.getSyntacticDiagnostics(source), ...compiled.getSemanticDiagnostics(source)].map(
    ({ start = 0, messageText }) => {
      const line = source === undefined ? 0 : ts.getLineAndCharacterOfPosition(source, start).line;
      return `${origin(line + 1)} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    },
  );
}
