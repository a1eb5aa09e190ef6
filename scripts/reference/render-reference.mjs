import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { sections } from './sections.mjs';

const introduction = `# Reference

Every option, every member of a definition, and every member of \`ctx\`. \`npm run reference\` writes this page from the types and
their comments, and a test holds it against them. Members with \`?\` can be left out.
`;

/**
 * Writes docs/reference.md from the types of lib/.
 *
 * @param {string} root - the folder of the project
 * @returns {string} the page
 */
export function renderReference(root) {
  const { exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const entries = Object.values(exports).flatMap(({ types }) =>
    types === undefined ? [] : [path.join(root, types.replace('./dist', 'lib').replace('.d.ts', '.ts'))],
  );
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram(entries, { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const declared = declarationsOf(program, path.join(root, 'lib'));
  const parts = sections.map(([heading, about, name]) => {
    if (name === undefined) return `## ${heading}\n\n${about}\n`;
    const declaration = declared.get(name);
    if (declaration === undefined) throw new Error(`No type ${name} in lib/`);
    return `## ${heading}\n\n${about}\n\n${tableOf(declaration, checker)}`;
  });
  if (silent.length > 0) throw new Error(`Without a comment: ${silent.join(', ')}`);
  return [introduction, ...parts].join('\n');
}

function declarationsOf(program, folder) {
  const found = new Map();
  for (const source of program.getSourceFiles()) {
    if (!source.fileName.startsWith(folder)) continue;
    for (const statement of source.statements) {
      if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
        found.set(statement.name.text, statement);
      }
    }
  }
  return found;
}

const silent = [];

function tableOf(declaration, checker) {
  const type = checker.getTypeAtLocation(declaration.name);
  const rows = checker.getPropertiesOfType(type).map((member) => {
    const optional = (member.flags & ts.SymbolFlags.Optional) !== 0;
    const name = `\`${member.name}${optional ? '?' : ''}\``;
    const text = ts.displayPartsToString(member.getDocumentationComment(checker));
    if (text === '') silent.push(`${declaration.name.text}.${member.name}`);
    return `| ${name} | ${code(typeTextOf(member, checker, declaration))} | ${cell(text)} |`;
  });
  return ['| Member | Type | Meaning |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** The type as it is written, which is shorter than what the compiler makes of it. */
function typeTextOf(member, checker, declaration) {
  const [written] = member.declarations ?? [];
  if (written !== undefined && ts.isMethodSignature(written)) {
    const parameters = written.parameters.map((each) => each.getText()).join(', ');
    return `(${parameters}) => ${written.type?.getText() ?? 'void'}`;
  }
  if (written?.type !== undefined) return written.type.getText();
  return checker.typeToString(checker.getTypeOfSymbolAtLocation(member, declaration));
}

function code(text) {
  const oneLine = text
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    .replace(/\breadonly /g, '')
    .replace(/\s+/g, ' ')
    .replace(/^\| /, '')
    .trim();
  return `\`${oneLine.replaceAll('|', '\\|')}\``;
}

function cell(text) {
  return text
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .trim();
}
