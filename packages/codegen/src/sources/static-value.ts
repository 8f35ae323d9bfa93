import { Node, type TsSymbol } from './ts-morph.js';

/** What sources do not say without being run. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** A value that was read from source; of an object it may be only a part. */
export interface StaticValue {
  readonly value: unknown;
  /** Whether there may be keys that were not read: something unknown was spread into it. */
  readonly partial: boolean;
}

const NOTHING: StaticValue = { value: UNKNOWN, partial: true };
/** References followed from one to the next. */
const MOST_STEPS = 50;

/** Reads a constant expression: literals, objects and arrays with spreads, constants of this and of other files. */
export function staticValue(node: Node | undefined, steps = 0): StaticValue {
  if (node === undefined || steps > MOST_STEPS) return NOTHING;
  if (Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node)) return known(node.getLiteralValue());
  if (Node.isNumericLiteral(node)) return known(node.getLiteralValue());
  if (Node.isTrueLiteral(node)) return known(true);
  if (Node.isFalseLiteral(node)) return known(false);
  if (Node.isNullLiteral(node)) return known(null);
  if (Node.isAsExpression(node) || Node.isSatisfiesExpression(node) || Node.isParenthesizedExpression(node)) {
    return staticValue(node.getExpression(), steps);
  }
  if (Node.isPrefixUnaryExpression(node))
    return negated(node.getText().startsWith('-'), staticValue(node.getOperand(), steps));
  if (Node.isObjectLiteralExpression(node)) return objectValue(node, steps);
  if (Node.isArrayLiteralExpression(node)) return arrayValue(node, steps);
  if (Node.isPropertyAccessExpression(node)) return memberValue(node, steps);
  if (Node.isIdentifier(node)) return symbolValue(node.getSymbol(), node, steps);
  return NOTHING;
}

function known(value: unknown): StaticValue {
  return { value, partial: false };
}

function negated(minus: boolean, { value, partial }: StaticValue): StaticValue {
  return minus && typeof value === 'number' && !partial ? known(-value) : NOTHING;
}

function objectValue(node: Node, steps: number): StaticValue {
  const value: Record<string, unknown> = {};
  let partial = false;
  for (const property of Node.isObjectLiteralExpression(node) ? node.getProperties() : []) {
    if (Node.isSpreadAssignment(property)) {
      const spread = staticValue(property.getExpression(), steps + 1);
      if (typeof spread.value === 'object' && spread.value !== null) Object.assign(value, spread.value);
      partial ||= spread.partial;
      continue;
    }
    const name = propertyName(property);
    const inner = Node.isPropertyAssignment(property)
      ? staticValue(property.getInitializer(), steps + 1)
      : Node.isShorthandPropertyAssignment(property)
        ? symbolValue(property.getValueSymbol(), property, steps + 1)
        : NOTHING;
    if (name === undefined || inner.value === UNKNOWN || inner.partial) partial = true;
    else value[name] = inner.value;
  }
  return { value, partial };
}

function propertyName(property: Node): string | undefined {
  if (!Node.isPropertyAssignment(property) && !Node.isShorthandPropertyAssignment(property)) return undefined;
  const name = property.getNameNode();
  if (Node.isStringLiteral(name) || Node.isNumericLiteral(name)) return String(name.getLiteralValue());
  return Node.isComputedPropertyName(name) ? undefined : name.getText();
}

function arrayValue(node: Node, steps: number): StaticValue {
  const items: unknown[] = [];
  for (const element of Node.isArrayLiteralExpression(node) ? node.getElements() : []) {
    const spread = Node.isSpreadElement(element);
    const { value, partial } = staticValue(spread ? element.getExpression() : element, steps + 1);
    if (value === UNKNOWN || partial || (spread && !Array.isArray(value))) return NOTHING;
    items.push(...(spread ? (value as readonly unknown[]) : [value]));
  }
  return known(items);
}

function memberValue(node: Node, steps: number): StaticValue {
  if (!Node.isPropertyAccessExpression(node)) return NOTHING;
  const { value } = staticValue(node.getExpression(), steps + 1);
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, node.getName())) {
    return known((value as Readonly<Record<string, unknown>>)[node.getName()]);
  }
  // A member of an enum, a static field, a constant behind `import *`.
  return symbolValue(node.getSymbol(), node, steps + 1);
}

function symbolValue(symbol: TsSymbol | undefined, at: Node, steps: number): StaticValue {
  const declaration = (symbol?.getAliasedSymbol() ?? symbol)?.getValueDeclaration();
  if (declaration === undefined) return NOTHING;
  if (Node.isVariableDeclaration(declaration) || Node.isPropertyDeclaration(declaration)) {
    const found = staticValue(declaration.getInitializer(), steps + 1);
    if (found.value !== UNKNOWN) return found;
  }
  if (Node.isEnumMember(declaration)) return known(declaration.getValue());
  // Declarations of other packages keep no more than the type, which may be of one value.
  const type = at.getType();
  if (type.isStringLiteral() || type.isNumberLiteral()) return known(type.getLiteralValue());
  return type.isBooleanLiteral() ? known(type.getText() === 'true') : NOTHING;
}
