// Every import of a source file, whatever its form: static, type-only, re-export, dynamic, import type, import =.
import { join, posix } from 'node:path';
import { Node, Project, SyntaxKind } from 'ts-morph';

/**
 * @typedef {object} Import
 * @property {string} specifier
 * @property {number} line
 * @property {boolean} type gives types only: nothing of it is left at run time
 * @property {string} [target] for a relative import: path from the root, with the source's ending
 *
 * @typedef {{ path: string, imports: Import[] }} SourceImports `path` from the root
 */

function isTypeOnlyDeclaration(node) {
  if (node.isTypeOnly()) return true;
  const named = Node.isImportDeclaration(node) ? node.getNamedImports() : node.getNamedExports();
  const bare = Node.isImportDeclaration(node) && (node.getDefaultImport() || node.getNamespaceImport());
  return !bare && named.length > 0 && named.every((specifier) => specifier.isTypeOnly());
}

function literalOf(node) {
  const kind = node?.getKind();
  const isText = kind === SyntaxKind.StringLiteral || kind === SyntaxKind.NoSubstitutionTemplateLiteral;
  return isText ? node.getLiteralText() : undefined;
}

function readImport(node) {
  if (Node.isImportDeclaration(node) || Node.isExportDeclaration(node)) {
    const specifier = node.getModuleSpecifierValue();
    return specifier && { specifier, type: isTypeOnlyDeclaration(node) };
  }
  if (Node.isImportTypeNode(node)) {
    const specifier = literalOf(node.getArgument().getFirstChildByKind(SyntaxKind.StringLiteral));
    return specifier && { specifier, type: true };
  }
  if (Node.isCallExpression(node)) {
    const callee = node.getExpression();
    const called = callee.getKind() === SyntaxKind.ImportKeyword || callee.getText() === 'require';
    const specifier = called ? literalOf(node.getArguments()[0]) : undefined;
    return specifier && { specifier, type: false };
  }
  if (Node.isExternalModuleReference(node)) {
    const specifier = literalOf(node.getExpression());
    return specifier && { specifier, type: false };
  }
  return undefined;
}

/** TypeScript writes the output's name (`./law.js`) and means the source (`law.ts`). */
function targetOf(path, specifier) {
  if (!specifier.startsWith('.')) return undefined;
  const target = posix.join(posix.dirname(path), specifier);
  return path.endsWith('ts') ? target.replace(/\.(m?)js$/, '.$1ts') : target;
}

/**
 * @param {string} root
 * @param {readonly string[]} paths from the root
 * @returns {SourceImports[]}
 */
export function readImports(root, paths) {
  const project = new Project({ skipAddingFilesFromTsConfig: true, compilerOptions: { allowJs: true } });
  return paths.map((path) => {
    const imports = [];
    project.addSourceFileAtPath(join(root, path)).forEachDescendant((node) => {
      const found = readImport(node);
      if (!found) return;
      const target = targetOf(path, found.specifier);
      imports.push({ ...found, ...(target ? { target } : {}), line: node.getStartLineNumber() });
    });
    return { path, imports };
  });
}
