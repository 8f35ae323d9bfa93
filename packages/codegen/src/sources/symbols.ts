import { relative, sep } from 'node:path';
import type { ModuleReference } from '../catalog/catalog.js';
import type { Sources } from './sources.js';
import { ts } from './typescript.js';

/** An expression without parentheses, `as`, `satisfies` and `!` around it. */
export function bare(node: ts.Expression): ts.Expression {
  let at = node;
  while (
    ts.isParenthesizedExpression(at) ||
    ts.isAsExpression(at) ||
    ts.isSatisfiesExpression(at) ||
    ts.isTypeAssertionExpression(at) ||
    ts.isNonNullExpression(at)
  ) {
    at = at.expression;
  }
  return at;
}

/** What a name stands for, through imports and re-exports. */
export function symbolOf(checker: ts.TypeChecker, node: ts.Node): ts.Symbol | undefined {
  if (ts.isElementAccessExpression(node)) return symbolOf(checker, node.argumentExpression);
  const symbol = checker.getSymbolAtLocation(node);
  return symbol === undefined ? undefined : unaliased(checker, symbol);
}

export function unaliased(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

export function declarationOf(symbol: ts.Symbol | undefined): ts.Declaration | undefined {
  return symbol?.valueDeclaration ?? symbol?.declarations?.[0];
}

/** The symbol of a declaration, even of one without a name. */
export function symbolOfDeclaration(node: ts.Node): ts.Symbol | undefined {
  // Not in the public types, as long as there have been compilers.
  return (node as { symbol?: ts.Symbol }).symbol;
}

/** Text of a TSDoc comment in one line; links become code. */
export function docText(checker: ts.TypeChecker, symbol: ts.Symbol | undefined): string | undefined {
  return symbol === undefined ? undefined : cleanDoc(ts.displayPartsToString(symbol.getDocumentationComment(checker)));
}

/** Prose in one line for each paragraph. */
export function cleanDoc(text: string): string | undefined {
  const linked = text.replace(
    /\{@link(?:code|plain)?\s+([^}|\s]+)\s*\|?\s*([^}]*)\}/g,
    (_, name: string, shown: string) => (shown.trim() === '' ? `\`${name}\`` : shown.trim()),
  );
  const paragraphs = linked.split(/\n\s*\n/).map((part) => part.replace(/\s+/g, ' ').trim());
  const clean = paragraphs.filter((part) => part !== '').join('\n\n');
  return clean === '' ? undefined : clean;
}

/** Texts of the tags of one name. */
export function tagTexts(checker: ts.TypeChecker, symbol: ts.Symbol | undefined, tag: string): readonly string[] {
  const tags = symbol?.getJsDocTags(checker) ?? [];
  return tags.filter(({ name }) => name === tag).map(({ text }) => ts.displayPartsToString(text).trim());
}

/** Whether a declaration, or one that it stands in, has a tag. */
export function isUnderTag(node: ts.Node, tag: string): boolean {
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) {
    if (ts.getJSDocTags(at).some(({ tagName }) => tagName.text === tag)) return true;
  }
  return false;
}

/** Where a symbol can be imported from: its file, or another package; undefined where it is not exported by a name. */
export function moduleOf(sources: Sources, symbol: ts.Symbol): ModuleReference | undefined {
  const file = declarationOf(symbol)?.getSourceFile();
  if (file === undefined) return undefined;
  const home = sources.packages.of(file.fileName);
  if (home?.folder !== sources.own.folder) return importedAs(sources, symbol, home?.name);
  const name = exportedName(sources.checker, file, symbol);
  const specifier = relative(sources.own.folder, file.fileName).split(sep).join('/');
  return name === undefined ? undefined : { specifier, name };
}

function exportedName(checker: ts.TypeChecker, file: ts.SourceFile, symbol: ts.Symbol): string | undefined {
  const module = checker.getSymbolAtLocation(file);
  if (module === undefined) return undefined;
  const names = checker
    .getExportsOfModule(module)
    .filter((exported) => unaliased(checker, exported) === symbol)
    .map((exported) => exported.name)
    .filter((name) => name !== 'default')
    .sort();
  // Of several names that of the declaration itself.
  return names.find((name) => name === symbol.name) ?? names[0];
}

/** How the sources name a module of another package that exports the symbol: the shortest such name. */
function importedAs(sources: Sources, symbol: ts.Symbol, home: string | undefined): ModuleReference | undefined {
  const found = new Map<string, string>();
  for (const file of sources.files) {
    for (const statement of file.statements) {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
      const { moduleSpecifier } = statement;
      if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) continue;
      const specifier = moduleSpecifier.text;
      if (specifier.startsWith('.') || specifier.startsWith('#') || found.has(specifier)) continue;
      const module = sources.checker.getSymbolAtLocation(moduleSpecifier);
      const exported =
        module === undefined
          ? undefined
          : sources.checker.getExportsOfModule(module).find((item) => unaliased(sources.checker, item) === symbol);
      if (exported !== undefined && exported.name !== 'default') found.set(specifier, exported.name);
    }
  }
  const isHome = (specifier: string): boolean => specifier === home || specifier.startsWith(`${home}/`);
  const [best] = [...found].sort(
    ([a], [b]) => Number(isHome(b)) - Number(isHome(a)) || a.length - b.length || (a < b ? -1 : 1),
  );
  return best === undefined ? undefined : { specifier: best[0], name: best[1] };
}
