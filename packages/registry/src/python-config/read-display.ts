import type { SyntaxNode } from './grammar.js';
import type { Argument, Clause, DictItem, Expression } from './syntax.js';
import { need, partsOf, readExpressionList, readItems, type SyntaxReader, splitParts } from './syntax-reader.js';

/** `[a, *b]`, `(a,)`, `{a}`: what stands between the brackets. */
export function readDisplay(reader: SyntaxReader, node: SyntaxNode, type: 'list' | 'tuple' | 'set'): Expression {
  const items = readItems(reader, partsOf(node).slice(1, -1));
  return { kind: 'sequence', type, line: reader.lineOf(node), items };
}

/** `{a: b, **c}`. */
export function readDict(reader: SyntaxReader, node: SyntaxNode): Expression {
  const items = splitParts(partsOf(node).slice(1, -1), ',')
    .filter((group) => group.length > 0)
    .map((group): DictItem => {
      const line = reader.lineOf(need(group[0]));
      const value = reader.expression(need(group.at(-1)));
      if (group[0]?.name === '**') return { line, key: undefined, value };
      return { line, key: reader.expression(need(group[0])), value };
    });
  return { kind: 'dict', line: reader.lineOf(node), items };
}

/** `[x for y in z if w]` and its kin, brackets included. */
export function readComprehension(
  reader: SyntaxReader,
  node: SyntaxNode,
  type: 'list' | 'set' | 'dict' | 'generator',
): Expression {
  return readLoops(reader, partsOf(node).slice(1, -1), type);
}

type ComprehensionType = 'list' | 'set' | 'dict' | 'generator';

function readLoops(reader: SyntaxReader, parts: readonly SyntaxNode[], type: ComprehensionType): Expression {
  const loop = parts.findIndex((part) => part.name === 'for');
  const head = parts.slice(0, loop);
  const line = reader.lineOf(need(parts[0]));
  const clauses = readClauses(reader, parts.slice(loop));
  if (head.some((part) => part.name === '*' || part.name === '**' || part.name === 'async')) {
    return { kind: 'unsupported', line, construct: 'This form of comprehension' };
  }
  const element = reader.expression(need(head.at(-1)));
  const key = type === 'dict' ? reader.expression(need(head[0])) : undefined;
  return { kind: 'comprehension', type, line, key, element, clauses };
}

function readClauses(reader: SyntaxReader, parts: readonly SyntaxNode[]): Clause[] {
  const clauses: Clause[] = [];
  let at = 0;
  while (at < parts.length) {
    let end = at + 1;
    while (end < parts.length && parts[end]?.name !== 'for' && parts[end]?.name !== 'if') end += 1;
    const inner = parts.slice(at + 1, end);
    if (parts[at]?.name === 'if') clauses.push({ kind: 'if', test: reader.expression(need(inner[0])) });
    else clauses.push(readLoop(reader, inner));
    at = end;
  }
  return clauses;
}

function readLoop(reader: SyntaxReader, parts: readonly SyntaxNode[]): Clause {
  const [targets, sources] = splitParts(parts, 'in');
  return {
    kind: 'for',
    target: readExpressionList(reader, need(targets)),
    source: reader.expression(need(sources?.[0])),
  };
}

/** The arguments of a call, parentheses included. */
export function readArguments(reader: SyntaxReader, list: SyntaxNode): Argument[] {
  return splitParts(partsOf(list).slice(1, -1), ',')
    .filter((group) => group.length > 0)
    .map((group) => readArgument(reader, group));
}

function readArgument(reader: SyntaxReader, group: readonly SyntaxNode[]): Argument {
  const first = need(group[0]);
  const line = reader.lineOf(first);
  if (group.some((part) => part.name === 'for')) {
    return { line, spread: '', name: undefined, value: readLoops(reader, group, 'generator') };
  }
  const value = reader.expression(need(group.at(-1)));
  if (first.name === '*' || first.name === '**') return { line, spread: first.name, name: undefined, value };
  const sign = group[1];
  if (sign === undefined) return { line, spread: '', name: undefined, value };
  if (reader.textOf(sign) === '=') return { line, spread: '', name: reader.textOf(first).normalize('NFKC'), value };
  const walrus: Expression = { kind: 'unsupported', line, construct: "An assignment inside an expression (':=')" };
  return { line, spread: '', name: undefined, value: walrus };
}
