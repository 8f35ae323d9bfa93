import { evaluate } from './static-value.js';
import { declarationOf, symbolOf } from './symbols.js';
import { ts } from './typescript.js';

type Literal = string | number | boolean;

/** Aliases of aliases, not farther than this. */
const MAX_DEPTH = 16;

/**
 * Literals in the order in which the type that they come from lists them, those that it does not list sorted at the
 * end: the compiler's own order follows that of the files.
 */
export function literalOrder(
  checker: ts.TypeChecker,
  literals: readonly Literal[],
  node: ts.TypeNode | undefined,
): readonly Literal[] {
  if (literals.length < 2) return literals;
  const listed: unknown[] = node === undefined ? [] : listedIn(checker, node, 0);
  const rank = (value: Literal): number => {
    const index = listed.indexOf(value);
    return index === -1 ? listed.length : index;
  };
  return [...literals].sort((a, b) => rank(a) - rank(b) || compare(a, b));
}

function compare(a: Literal, b: Literal): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [one, other] = [`${typeof a}${String(a)}`, `${typeof b}${String(b)}`];
  return one < other ? -1 : Number(one > other);
}

function listedIn(checker: ts.TypeChecker, node: ts.TypeNode, depth: number): unknown[] {
  if (depth > MAX_DEPTH) return [];
  const next = (inner: ts.TypeNode): unknown[] => listedIn(checker, inner, depth + 1);
  if (ts.isParenthesizedTypeNode(node) || ts.isTypeOperatorNode(node)) return next(node.type);
  if (ts.isUnionTypeNode(node)) return node.types.flatMap(next);
  if (ts.isLiteralTypeNode(node)) {
    const value = ts.isExpression(node.literal) ? evaluate(checker, node.literal) : undefined;
    return value === undefined ? [] : [value.value];
  }
  // (typeof NAMES)[number], keyof typeof TABLE, typeof NAMES
  if (ts.isIndexedAccessTypeNode(node)) return next(node.objectType);
  if (ts.isTypeQueryNode(node)) return valuesOf(checker, node.exprName);
  if (ts.isTypeReferenceNode(node)) {
    const declaration = declarationOf(symbolOf(checker, node.typeName));
    if (declaration !== undefined && ts.isTypeAliasDeclaration(declaration)) return next(declaration.type);
    if (declaration !== undefined && ts.isEnumDeclaration(declaration)) {
      return declaration.members.map((member) => checker.getConstantValue(member));
    }
  }
  return [];
}

function valuesOf(checker: ts.TypeChecker, name: ts.EntityName): unknown[] {
  const value = ts.isIdentifier(name) ? evaluate(checker, name)?.value : undefined;
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}
