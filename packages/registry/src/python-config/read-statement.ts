import { PythonFault } from './fault.js';
import type { SyntaxNode } from './grammar.js';
import type { Expression, ImportedName, ImportStatement, Statement } from './syntax.js';
import { need, partsOf, readExpressionList, type SyntaxReader, splitParts } from './syntax-reader.js';

type Read = (reader: SyntaxReader, node: SyntaxNode, line: number) => Statement;

/** Names for people of the statements that configs may not reach. */
const CONSTRUCTS: ReadonlyMap<string, string> = new Map([
  ['WhileStatement', "'while'"],
  ['TryStatement', "'try'"],
  ['ClassDefinition', "'class'"],
  ['ReturnStatement', "'return'"],
  ['YieldStatement', "'yield'"],
  ['RaiseStatement', "'raise'"],
  ['ScopeStatement', "'global' or 'nonlocal'"],
  ['MatchStatement', "'match'"],
  ['DecoratedStatement', 'A decorator'],
  ['WithStatement', "'with', other than 'with read_base():',"],
  ['PrintStatement', "Python 2's 'print'"],
  ['TypeDefinition', "'type'"],
]);

const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['AssignStatement', readAssign],
  ['UpdateStatement', readAugment],
  [
    'ExpressionStatement',
    (reader, node, line) => ({ kind: 'expression', line, value: readExpressionList(reader, partsOf(node)) }),
  ],
  [
    'DeleteStatement',
    (reader, node, line) => ({ kind: 'delete', line, targets: readEach(reader, partsOf(node).slice(1)) }),
  ],
  ['PassStatement', (_reader, _node, line) => ({ kind: 'pass', line })],
  ['BreakStatement', (_reader, _node, line) => ({ kind: 'break', line })],
  ['ContinueStatement', (_reader, _node, line) => ({ kind: 'continue', line })],
  ['IfStatement', readIf],
  ['ForStatement', readFor],
  ['AssertStatement', readAssert],
  ['FunctionDefinition', readDefinition],
  ['ImportStatement', readImport],
  ['WithStatement', readWith],
]);

/** Reads the statements of a file or block. */
export function readStatements(reader: SyntaxReader, nodes: readonly SyntaxNode[]): Statement[] {
  checkIndent(reader, nodes);
  return nodes.flatMap((node) =>
    node.name === 'StatementGroup'
      ? partsOf(node).flatMap((part) => (part.name === ';' ? [] : [readStatement(reader, part)]))
      : [readStatement(reader, node)],
  );
}

function readStatement(reader: SyntaxReader, node: SyntaxNode): Statement {
  const line = reader.lineOf(node);
  reader.line = line;
  const read = READERS.get(node.name);
  if (read !== undefined) return reader.nested(node, () => read(reader, node, line));
  return unsupported(node, line);
}

function unsupported(node: SyntaxNode, line: number): Statement {
  return { kind: 'unsupported', line, construct: CONSTRUCTS.get(node.name) ?? `The statement '${node.name}'` };
}

/** The grammar forgives lines that Python finds wrongly indented. */
function checkIndent(reader: SyntaxReader, nodes: readonly SyntaxNode[]): void {
  const [first] = nodes;
  if (first === undefined) return;
  const indent = reader.source.indentAt(first.from);
  const top = first.parent?.name === 'Script';
  for (const node of nodes) {
    const own = reader.source.indentAt(node.from);
    if (own === indent && !(top && own !== '')) continue;
    reader.line = reader.lineOf(node);
    throw new PythonFault('The line is not indented like the lines that it belongs to', { code: 'parse-error' });
  }
}

function readEach(reader: SyntaxReader, parts: readonly SyntaxNode[]): Expression[] {
  return parts.filter((part) => part.name !== ',').map((part) => reader.expression(part));
}

function readAssign(reader: SyntaxReader, node: SyntaxNode, line: number): Statement {
  const parts = partsOf(node).filter((part) => part.name !== 'TypeDef');
  const groups = splitParts(parts, 'AssignOp');
  // `x: int` alone declares a type and assigns nothing.
  if (groups.length === 1) return { kind: 'pass', line };
  const targets = groups.slice(0, -1).map((group) => readExpressionList(reader, group));
  return { kind: 'assign', line, targets, value: readExpressionList(reader, need(groups.at(-1))) };
}

function readAugment(reader: SyntaxReader, node: SyntaxNode, line: number): Statement {
  const parts = partsOf(node);
  const at = parts.findIndex((part) => part.name === 'UpdateOp');
  const operator = reader.textOf(need(parts[at])).slice(0, -1);
  const target = readExpressionList(reader, parts.slice(0, at));
  return { kind: 'augment', line, target, operator, value: readExpressionList(reader, parts.slice(at + 1)) };
}

function readIf(reader: SyntaxReader, node: SyntaxNode, line: number): Statement {
  const branches: { test: Expression; body: Statement[] }[] = [];
  let otherwise: Statement[] = [];
  let test: Expression | undefined;
  for (const part of partsOf(node)) {
    if (part.name === 'Body') {
      const body = readBody(reader, part);
      if (test === undefined) otherwise = body;
      else branches.push({ test, body });
      test = undefined;
    } else if (!BRANCH_WORDS.has(part.name)) test = reader.expression(part);
  }
  return { kind: 'if', line, branches, otherwise };
}

const BRANCH_WORDS: ReadonlySet<string> = new Set(['if', 'elif', 'else']);

function readBody(reader: SyntaxReader, node: SyntaxNode): Statement[] {
  return readStatements(reader, partsOf(node).slice(1));
}

function readFor(reader: SyntaxReader, node: SyntaxNode, line: number): Statement {
  const parts = partsOf(node);
  if (parts[0]?.name === 'async') return { kind: 'unsupported', line, construct: "'async'" };
  const bodies = parts.filter((part) => part.name === 'Body');
  const within = parts.findIndex((part) => part.name === 'in');
  const body = parts.findIndex((part) => part.name === 'Body');
  return {
    kind: 'for',
    line,
    target: readExpressionList(reader, parts.slice(1, within)),
    source: readExpressionList(reader, parts.slice(within + 1, body)),
    body: readBody(reader, need(bodies[0])),
    otherwise: bodies[1] === undefined ? [] : readBody(reader, bodies[1]),
  };
}

function readAssert(reader: SyntaxReader, node: SyntaxNode, line: number): Statement {
  const [test, message] = readEach(reader, partsOf(node).slice(1));
  return { kind: 'assert', line, test: need(test), message };
}

function readDefinition(reader: SyntaxReader, node: SyntaxNode, line: number): Statement {
  const name = partsOf(node).find((part) => part.name === 'VariableName');
  return { kind: 'define', line, name: reader.textOf(need(name)) };
}

function readImport(reader: SyntaxReader, node: SyntaxNode, line: number): ImportStatement {
  const parts = partsOf(node);
  const at = parts.findIndex((part) => part.name === 'import');
  const module = parts.slice(1, at).map((part) => reader.textOf(part));
  const names = parts.slice(at + 1).filter((part) => part.name !== '(' && part.name !== ')');
  return {
    kind: 'import',
    line,
    from: parts[0]?.name === 'from' ? module.join('') : undefined,
    names: splitParts(names, ',')
      .filter((group) => group.length > 0)
      .map((group) => readImportedName(reader, group)),
  };
}

function readImportedName(reader: SyntaxReader, group: readonly SyntaxNode[]): ImportedName {
  const [name, alias] = splitParts(group, 'as').map((parts) => parts.map((part) => reader.textOf(part)).join(''));
  return { line: reader.lineOf(need(group[0])), name: need(name), alias };
}

/** Only `with read_base():` is known, and only imports stand under it. */
function readWith(reader: SyntaxReader, node: SyntaxNode, line: number): Statement {
  const parts = partsOf(node);
  const [, manager, body] = parts;
  const isBase = parts.length === 3 && /^read_base\s*\(\s*\)$/.test(reader.textOf(need(manager)));
  if (!isBase || body === undefined) return unsupported(node, line);
  const imports: ImportStatement[] = [];
  for (const statement of readBody(reader, body)) {
    if (statement.kind === 'import' && statement.from !== undefined) imports.push(statement);
    else if (statement.kind !== 'pass') {
      reader.line = statement.line;
      throw new PythonFault("Only 'from MODULE import …' may stand under 'with read_base():'");
    }
  }
  return { kind: 'read-base', line, imports };
}
