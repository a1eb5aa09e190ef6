// Finds names that the declarations of the package show without exporting them.
import path from 'node:path';
import ts from 'typescript';

/**
 * @param {readonly string[]} entries - declaration files that users import, absolute
 * @param {string} folder - where the declarations are
 * @returns {readonly string[]} names of types and values that stand in a declaration and that no entry exports
 */
export function unexportedNames(entries, folder) {
  const program = ts.createProgram(entries, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const exported = new Set();
  for (const entry of entries) {
    for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)))) {
      const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      for (const declaration of meant.declarations ?? []) exported.add(declaration);
    }
  }
  const files = program.getSourceFiles().filter(({ fileName }) => path.resolve(fileName).startsWith(folder + path.sep));
  return files.flatMap(({ statements }) =>
    statements
      .flatMap((statement) => statement.declarationList?.declarations ?? [statement])
      .filter((declaration) => declaration.name !== undefined && !exported.has(declaration))
      .map(({ name }) => name.text),
  );
}
