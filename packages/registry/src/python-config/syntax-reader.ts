import { overLimit, PythonFault } from './fault.js';
import type { SyntaxNode } from './grammar.js';
import type { Markers } from './markers.js';
import type { SourceText } from './source-text.js';
import type { Expression, Item } from './syntax.js';

/** Deepest nesting of expressions and blocks together. */
const MAX_NESTING = 400;

/** What reading a node may use: the text, the placeholders, and how deep the reading is. */
export class SyntaxReader {
  readonly source: SourceText;
  readonly markers: Markers;
  /** Line of what is being read, for errors. */
  line = 1;
  /** How often the name `_base_` was read. */
  baseNames = 0;
  readonly #read: (reader: SyntaxReader, node: SyntaxNode) => Expression;
  #depth = 0;

  constructor(source: SourceText, markers: Markers, read: (reader: SyntaxReader, node: SyntaxNode) => Expression) {
    this.source = source;
    this.markers = markers;
    this.#read = read;
  }

  /** Reads an expression. */
  expression(node: SyntaxNode): Expression {
    return this.nested(node, () => this.#read(this, node));
  }

  textOf(node: SyntaxNode): string {
    return this.source.text.slice(node.from, node.to);
  }

  lineOf(node: SyntaxNode): number {
    return this.source.lineAt(node.from);
  }

  /** Reads one level deeper. */
  nested<T>(node: SyntaxNode, read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_NESTING) throw this.#tooDeep(node);
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #tooDeep(node: SyntaxNode): PythonFault {
    this.line = this.lineOf(node);
    return overLimit(`The Python text nests deeper than ${MAX_NESTING} levels`);
  }
}

/** The parts of a node, comments left out. */
export function partsOf(node: SyntaxNode): SyntaxNode[] {
  const parts: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'Comment') parts.push(child);
  }
  return parts;
}

/** The parts between separators: `a, b = c` at `=` gives `[a , b]` and `[c]`. */
export function splitParts(parts: readonly SyntaxNode[], separator: string): SyntaxNode[][] {
  const groups: SyntaxNode[][] = [[]];
  for (const part of parts) {
    if (part.name === separator) groups.push([]);
    else groups.at(-1)?.push(part);
  }
  return groups;
}

/** What the grammar promises to be there. */
export function need<T>(part: T | undefined): T {
  if (part === undefined) throw new PythonFault('The Python text is incomplete', { code: 'parse-error' });
  return part;
}

/** `a, *b` as a tuple, and a lone `a` as itself. */
export function readExpressionList(reader: SyntaxReader, parts: readonly SyntaxNode[]): Expression {
  const first = need(parts[0]);
  if (parts.length === 1) return reader.expression(first);
  return { kind: 'sequence', type: 'tuple', line: reader.lineOf(first), items: readItems(reader, parts) };
}

/** Items between commas, each perhaps with a `*`. */
export function readItems(reader: SyntaxReader, parts: readonly SyntaxNode[]): Item[] {
  const items: Item[] = [];
  let spread = false;
  for (const part of parts) {
    if (part.name === '*') spread = true;
    else if (part.name !== ',') {
      items.push({ spread, value: reader.expression(part) });
      spread = false;
    }
  }
  return items;
}
