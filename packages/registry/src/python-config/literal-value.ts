import type { Context } from './context.js';
import { Evaluator, type Placeholders } from './evaluate.js';
import { parseExpression } from './parse.js';
import type { Expression } from './syntax.js';
import type { Value } from './values.js';

/** A literal holds no placeholders. */
const NONE: Placeholders = { value: () => null, text: () => '' };

/** The value of a text that is a literal of Python's, and any other text as a string. */
export function readLiteral(text: string, context: Context): Value {
  const expression = parseExpression(text);
  return expression === undefined || !isLiteral(expression)
    ? text
    : new Evaluator(context, new Map(), NONE).evaluate(expression);
}

function isLiteral(expression: Expression): boolean {
  switch (expression.kind) {
    case 'constant':
      return true;
    case 'unary':
      return expression.operator !== 'not' && isLiteral(expression.operand);
    case 'sequence':
      return expression.items.every((item) => !item.spread && isLiteral(item.value));
    case 'dict':
      return expression.items.every((item) => item.key !== undefined && isLiteral(item.key) && isLiteral(item.value));
    default:
      return false;
  }
}
