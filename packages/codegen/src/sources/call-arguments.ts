import { initializerOf } from './static-value.js';
import { bare, declarationOf, symbolOf } from './symbols.js';
import { ts } from './typescript.js';

/** The name in front of a call's, a construction's or a base class's arguments. */
export function calleeName(node: ts.CallExpression | ts.NewExpression | ts.ExpressionWithTypeArguments): ts.Node {
  const callee = bare(node.expression);
  return ts.isPropertyAccessExpression(callee) ? callee.name : callee;
}

/** The expression of a key in an object literal, or in a constant that is one. */
export function optionNode(
  checker: ts.TypeChecker,
  options: ts.Expression | undefined,
  key: string,
): ts.Expression | undefined {
  const given = options === undefined ? undefined : bare(options);
  if (given === undefined) return undefined;
  if (!ts.isObjectLiteralExpression(given)) {
    return optionNode(checker, initializerOf(checker, symbolOf(checker, given)), key);
  }
  for (const property of given.properties) {
    if (property.name?.getText() !== key) continue;
    if (ts.isPropertyAssignment(property)) return property.initializer;
    // What stands in shorthand is its own expression.
    if (ts.isShorthandPropertyAssignment(property)) return shorthand(checker, property);
  }
  return undefined;
}

function shorthand(checker: ts.TypeChecker, property: ts.ShorthandPropertyAssignment): ts.Expression | undefined {
  const value = checker.getShorthandAssignmentValueSymbol(property);
  const initializer = initializerOf(checker, value);
  const node = initializer === undefined ? undefined : bare(initializer);
  if (node === undefined || !ts.isNewExpression(node)) return initializer ?? property.name;
  const variable = declarationOf(value);
  return variable !== undefined && ts.isVariableDeclaration(variable) && ts.isIdentifier(variable.name)
    ? variable.name
    : property.name;
}
