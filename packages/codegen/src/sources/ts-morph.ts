/** The one file that imports ts-morph; it takes half a second to load, so that only code generation pays for it. */
export {
  type CallExpression,
  type ClassDeclaration,
  type ClassExpression,
  type Decorator,
  type Expression,
  Node,
  Project,
  type SourceFile,
  type Symbol as TsSymbol,
  SymbolFlags,
  SyntaxKind,
  type Type,
  type TypeNode,
  ts,
} from 'ts-morph';
