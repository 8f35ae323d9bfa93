import { bare, declarationOf, symbolOf, unaliased } from './symbols.js';
import { ts } from './typescript.js';

/** What an expression is known to be without running anything. */
export interface StaticValue {
  readonly value: unknown;
}

/** Constants that refer to constants, not farther than this. */
const MAX_DEPTH = 64;

/**
 * The value of an expression of literals, constants (of other files too), spreads, enum members and `as const`.
 * Undefined where it takes more, such as a call, to know it.
 */
export function evaluate(checker: ts.TypeChecker, expression: ts.Expression, depth = 0): StaticValue | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const node = bare(expression);
  const next = (inner: ts.Expression): StaticValue | undefined => evaluate(checker, inner, depth + 1);
  if (ts.isStringLiteralLike(node)) return { value: node.text };
  if (ts.isNumericLiteral(node)) return { value: Number(node.text) };
  if (node.kind === ts.SyntaxKind.TrueKeyword) return { value: true };
  if (node.kind === ts.SyntaxKind.FalseKeyword) return { value: false };
  if (node.kind === ts.SyntaxKind.NullKeyword) return { value: null };
  if (ts.isPrefixUnaryExpression(node)) return negated(node, next(node.operand));
  if (ts.isTemplateExpression(node)) return template(node, next);
  if (ts.isArrayLiteralExpression(node)) return arrayValue(node, next);
  if (ts.isObjectLiteralExpression(node)) return objectValue(checker, node, next);
  if (ts.isCallExpression(node)) return isFreeze(node) ? next(node.arguments[0] as ts.Expression) : undefined;
  if (ts.isIdentifier(node)) return named(checker, node, next);
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    return member(checker, node, next);
  }
  return undefined;
}

/** The expression that a constant was given: of a variable, a property or a static field; through imports. */
export function initializerOf(checker: ts.TypeChecker, symbol: ts.Symbol | undefined): ts.Expression | undefined {
  const node = declarationOf(symbol === undefined ? undefined : unaliased(checker, symbol));
  if (node === undefined) return undefined;
  if (ts.isVariableDeclaration(node)) {
    return (ts.getCombinedNodeFlags(node) & ts.NodeFlags.Const) === 0 ? undefined : node.initializer;
  }
  if (ts.isPropertyAssignment(node)) return node.initializer;
  if (ts.isShorthandPropertyAssignment(node)) {
    return initializerOf(checker, checker.getShorthandAssignmentValueSymbol(node));
  }
  if (ts.isPropertyDeclaration(node) && ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) {
    return node.initializer;
  }
  return undefined;
}

/** `Object.freeze(…)` is what it freezes. */
export function isFreeze(node: ts.CallExpression): boolean {
  return node.arguments.length === 1 && /^Object\s*\.\s*freeze$/.test(node.expression.getText());
}

type Next = (inner: ts.Expression) => StaticValue | undefined;

function negated(node: ts.PrefixUnaryExpression, operand: StaticValue | undefined): StaticValue | undefined {
  if (operand === undefined) return undefined;
  if (node.operator === ts.SyntaxKind.ExclamationToken) return { value: !operand.value };
  if (typeof operand.value !== 'number') return undefined;
  if (node.operator === ts.SyntaxKind.MinusToken) return { value: -operand.value };
  return node.operator === ts.SyntaxKind.PlusToken ? operand : undefined;
}

function template(node: ts.TemplateExpression, next: Next): StaticValue | undefined {
  let text = node.head.text;
  for (const span of node.templateSpans) {
    const part = next(span.expression);
    if (part === undefined || typeof part.value === 'object') return undefined;
    text += `${String(part.value)}${span.literal.text}`;
  }
  return { value: text };
}

function arrayValue(node: ts.ArrayLiteralExpression, next: Next): StaticValue | undefined {
  const items: unknown[] = [];
  for (const element of node.elements) {
    if (ts.isOmittedExpression(element)) return undefined;
    const item = next(ts.isSpreadElement(element) ? element.expression : element);
    if (item === undefined) return undefined;
    if (!ts.isSpreadElement(element)) items.push(item.value);
    else if (Array.isArray(item.value)) items.push(...item.value);
    else return undefined;
  }
  return { value: items };
}

function objectValue(checker: ts.TypeChecker, node: ts.ObjectLiteralExpression, next: Next): StaticValue | undefined {
  const value: Record<string, unknown> = {};
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      const part = next(property.expression);
      if (part === undefined || typeof part.value !== 'object') return undefined;
      Object.assign(value, part.value);
      continue;
    }
    const key = property.name === undefined ? undefined : keyOf(checker, property.name);
    const item = propertyValue(checker, property, next);
    if (key === undefined || item === undefined) return undefined;
    Object.defineProperty(value, key, { value: item.value, enumerable: true, configurable: true, writable: true });
  }
  return { value };
}

function propertyValue(
  checker: ts.TypeChecker,
  property: ts.ObjectLiteralElementLike,
  next: Next,
): StaticValue | undefined {
  if (ts.isPropertyAssignment(property)) return next(property.initializer);
  if (!ts.isShorthandPropertyAssignment(property)) return undefined;
  const symbol = checker.getShorthandAssignmentValueSymbol(property);
  const initializer = initializerOf(checker, symbol);
  return initializer === undefined ? undefined : next(initializer);
}

/** The name of a property, where it can be told. */
export function keyOf(checker: ts.TypeChecker, name: ts.PropertyName): string | undefined {
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
  if (!ts.isComputedPropertyName(name)) return undefined;
  const key = evaluate(checker, name.expression)?.value;
  return typeof key === 'string' || typeof key === 'number' ? String(key) : undefined;
}

function named(checker: ts.TypeChecker, node: ts.Identifier, next: Next): StaticValue | undefined {
  const symbol = symbolOf(checker, node);
  const initializer = initializerOf(checker, symbol);
  if (initializer !== undefined) return next(initializer);
  if (declarationOf(symbol)?.getSourceFile().isDeclarationFile !== true) {
    return node.text === 'undefined' ? { value: undefined } : undefined;
  }
  const globals: Readonly<Record<string, number | undefined>> = { Infinity: Number.POSITIVE_INFINITY };
  const value = globals[node.text];
  if (value !== undefined) return { value };
  if (node.text === 'undefined') return { value: undefined };
  return valueOfType(checker, checker.getTypeAtLocation(node), 0);
}

function member(
  checker: ts.TypeChecker,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  next: Next,
): StaticValue | undefined {
  const constant = checker.getConstantValue(node);
  if (constant !== undefined) return { value: constant };
  const initializer = initializerOf(checker, symbolOf(checker, ts.isPropertyAccessExpression(node) ? node.name : node));
  if (initializer !== undefined) return next(initializer);
  const object = next(node.expression);
  const key = ts.isPropertyAccessExpression(node) ? node.name.text : next(node.argumentExpression)?.value;
  if (
    typeof object?.value === 'object' &&
    object.value !== null &&
    (typeof key === 'string' || typeof key === 'number')
  ) {
    return Object.hasOwn(object.value, key) ? { value: (object.value as Record<string, unknown>)[key] } : undefined;
  }
  return valueOfType(checker, checker.getTypeAtLocation(node), 0);
}

/** Declarations of other packages hold no values, but the types of constants may say them. */
function valueOfType(checker: ts.TypeChecker, type: ts.Type, depth: number): StaticValue | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (type.isStringLiteral() || type.isNumberLiteral()) return { value: type.value };
  if ((type.flags & ts.TypeFlags.BooleanLiteral) !== 0) return { value: checker.typeToString(type) === 'true' };
  if ((type.flags & ts.TypeFlags.Null) !== 0) return { value: null };
  if (checker.isTupleType(type)) {
    const items = checker
      .getTypeArguments(type as ts.TypeReference)
      .map((item) => valueOfType(checker, item, depth + 1));
    return items.every((item) => item !== undefined) ? { value: items.map((item) => item?.value) } : undefined;
  }
  if ((type.flags & ts.TypeFlags.Object) === 0 || checker.isArrayType(type)) return undefined;
  const isPlain = type.symbol !== undefined && (type.symbol.flags & ts.SymbolFlags.TypeLiteral) !== 0;
  if (!isPlain || checker.getIndexInfosOfType(type).length > 0) return undefined;
  const value: Record<string, unknown> = {};
  for (const property of checker.getPropertiesOfType(type)) {
    const item = valueOfType(checker, checker.getTypeOfSymbol(property), depth + 1);
    if (item === undefined) return undefined;
    value[property.name] = item.value;
  }
  return { value };
}
