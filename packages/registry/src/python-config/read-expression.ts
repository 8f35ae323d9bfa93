import type { SyntaxNode } from './grammar.js';
import { readNumber } from './literals.js';
import { readArguments, readComprehension, readDict, readDisplay } from './read-display.js';
import { readStrings } from './read-string.js';
import type { Expression } from './syntax.js';
import { need, partsOf, readExpressionList, type SyntaxReader, splitParts } from './syntax-reader.js';

type Read = (reader: SyntaxReader, node: SyntaxNode) => Expression;

const CONSTANTS: ReadonlyMap<string, null | boolean> = new Map<string, null | boolean>([
  ['None', null],
  ['True', true],
  ['False', false],
]);

/** Names for people of what the grammar knows and configs may not use. */
const CONSTRUCTS: ReadonlyMap<string, string> = new Map([
  ['LambdaExpression', 'A lambda'],
  ['NamedExpression', "An assignment inside an expression (':=')"],
  ['YieldExpression', "'yield'"],
  ['AwaitExpression', "'await'"],
  ['Ellipsis', "The literal '...'"],
]);

const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['VariableName', readName],
  [
    'Number',
    (reader, node) => ({ kind: 'constant', line: lineOf(reader, node), value: readNumber(reader.textOf(node)) }),
  ],
  ['Boolean', readConstant],
  ['None', readConstant],
  ['String', (reader, node) => readStrings(reader, [node])],
  ['FormatString', (reader, node) => readStrings(reader, [node])],
  ['ContinuedString', (reader, node) => readStrings(reader, partsOf(node))],
  ['ParenthesizedExpression', (reader, node) => reader.expression(need(partsOf(node)[1]))],
  ['TupleExpression', (reader, node) => readDisplay(reader, node, 'tuple')],
  ['ArrayExpression', (reader, node) => readDisplay(reader, node, 'list')],
  ['SetExpression', (reader, node) => readDisplay(reader, node, 'set')],
  ['DictionaryExpression', readDict],
  ['ComprehensionExpression', (reader, node) => readComprehension(reader, node, 'generator')],
  ['ArrayComprehensionExpression', (reader, node) => readComprehension(reader, node, 'list')],
  ['SetComprehensionExpression', (reader, node) => readComprehension(reader, node, 'set')],
  ['DictionaryComprehensionExpression', (reader, node) => readComprehension(reader, node, 'dict')],
  ['CallExpression', readCall],
  ['MemberExpression', readMember],
  ['UnaryExpression', readUnary],
  ['BinaryExpression', readBinary],
  ['ConditionalExpression', readConditional],
]);

/** Reads an expression; what configs may not use becomes an `unsupported` node, an error only where it is reached. */
export function readExpression(reader: SyntaxReader, node: SyntaxNode): Expression {
  const read = READERS.get(node.name);
  if (read !== undefined) return read(reader, node);
  const construct = CONSTRUCTS.get(node.name) ?? `The construct '${node.name}'`;
  return { kind: 'unsupported', line: lineOf(reader, node), construct };
}

function lineOf(reader: SyntaxReader, node: SyntaxNode): number {
  reader.line = reader.lineOf(node);
  return reader.line;
}

function readName(reader: SyntaxReader, node: SyntaxNode): Expression {
  const name = reader.textOf(node);
  const line = lineOf(reader, node);
  const index = reader.markers.indexOf(name);
  if (index !== undefined) return { kind: 'placeholder', line, index };
  if (name === '_base_') reader.baseNames += 1;
  return { kind: 'name', line, name: name.normalize('NFKC') };
}

function readConstant(reader: SyntaxReader, node: SyntaxNode): Expression {
  const value = CONSTANTS.get(reader.textOf(node)) ?? null;
  return { kind: 'constant', line: lineOf(reader, node), value };
}

function readCall(reader: SyntaxReader, node: SyntaxNode): Expression {
  const [callee, list] = partsOf(node);
  const line = lineOf(reader, node);
  return { kind: 'call', line, callee: reader.expression(need(callee)), args: readArguments(reader, need(list)) };
}

function readMember(reader: SyntaxReader, node: SyntaxNode): Expression {
  const [object, sign, ...rest] = partsOf(node);
  const read = reader.expression(need(object));
  const last = need(rest[0]);
  const line = lineOf(reader, last);
  if (need(sign).name === '.') return { kind: 'attribute', line, object: read, name: reader.textOf(last) };
  return { kind: 'subscript', line, object: read, index: readIndex(reader, rest.slice(0, -1), line) };
}

/** What stands between the brackets of `x[…]`. */
function readIndex(reader: SyntaxReader, parts: readonly SyntaxNode[], line: number): Expression {
  const groups = splitParts(parts, ',').filter((group) => group.length > 0);
  const items = groups.map((group) =>
    isSlice(group) ? readSlice(reader, group, line) : readExpressionList(reader, group),
  );
  if (items.length === 1 && !parts.some((part) => part.name === ',')) return need(items[0]);
  return { kind: 'sequence', type: 'tuple', line, items: items.map((value) => ({ spread: false, value })) };
}

function isSlice(group: readonly SyntaxNode[]): boolean {
  return group.some((part) => part.name === ':');
}

function readSlice(reader: SyntaxReader, group: readonly SyntaxNode[], line: number): Expression {
  const [start, stop, step] = splitParts(group, ':').map(([part]) =>
    part === undefined ? undefined : reader.expression(part),
  );
  return { kind: 'slice', line, start, stop, step };
}

function readUnary(reader: SyntaxReader, node: SyntaxNode): Expression {
  const [sign, operand] = partsOf(node);
  const line = lineOf(reader, node);
  const read = reader.expression(need(operand));
  return { kind: 'unary', line, operator: reader.textOf(need(sign)), operand: read };
}

function readBinary(reader: SyntaxReader, node: SyntaxNode): Expression {
  const parts = partsOf(node);
  const left = need(parts[0]);
  const right = need(parts.at(-1));
  const operator = parts
    .slice(1, -1)
    .map((part) => reader.textOf(part))
    .join(' ');
  if (parts.some((part) => part.name === 'CompareOp') || COMPARISONS.has(operator)) return readCompare(reader, node);
  const line = lineOf(reader, node);
  const operands = { left: reader.expression(left), right: reader.expression(right) };
  if (operator === 'and' || operator === 'or') return { kind: 'logic', line, operator, ...operands };
  return { kind: 'binary', line, operator, ...operands };
}

/** Comparisons written as words. */
const COMPARISONS: ReadonlySet<string> = new Set(['in', 'not in', 'is', 'is not']);

/** The grammar nests `a < b < c` to the left; Python reads it as one chain. */
function readCompare(reader: SyntaxReader, node: SyntaxNode): Expression {
  const rest: { operator: string; value: Expression }[] = [];
  let at = node;
  for (;;) {
    const parts = partsOf(at);
    const operator = parts
      .slice(1, -1)
      .map((part) => reader.textOf(part))
      .join(' ');
    rest.unshift({ operator, value: reader.expression(need(parts.at(-1))) });
    const left = need(parts[0]);
    if (!isComparison(reader, left)) {
      const first = reader.expression(left);
      return { kind: 'compare', line: lineOf(reader, node), first, rest };
    }
    at = left;
  }
}

function isComparison(reader: SyntaxReader, node: SyntaxNode): boolean {
  if (node.name !== 'BinaryExpression') return false;
  const signs = partsOf(node).slice(1, -1);
  return signs[0]?.name === 'CompareOp' || COMPARISONS.has(signs.map((sign) => reader.textOf(sign)).join(' '));
}

function readConditional(reader: SyntaxReader, node: SyntaxNode): Expression {
  const [whenTrue, , test, , whenFalse] = partsOf(node).map((part) =>
    part.name === 'if' || part.name === 'else' ? undefined : reader.expression(part),
  );
  const line = lineOf(reader, node);
  return { kind: 'conditional', line, test: need(test), whenTrue: need(whenTrue), whenFalse: need(whenFalse) };
}
