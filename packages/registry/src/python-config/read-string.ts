import { PythonFault } from './fault.js';
import type { SyntaxNode } from './grammar.js';
import { splitString, unescapeString } from './literals.js';
import type { Expression, ReplacementField, TextPart } from './syntax.js';
import { partsOf, readExpressionList, type SyntaxReader } from './syntax-reader.js';

/** One or several string literals that stand side by side, as one text. */
export function readStrings(reader: SyntaxReader, nodes: readonly SyntaxNode[]): Expression {
  const line = nodes[0] === undefined ? reader.line : reader.lineOf(nodes[0]);
  reader.line = line;
  const parts: TextPart[] = [];
  for (const node of nodes) {
    const literal = splitString(reader.textOf(node));
    if (literal.prefix.includes('b')) return { kind: 'unsupported', line, construct: 'A bytes literal' };
    if (node.name === 'FormatString') parts.push(...readFormatString(reader, node));
    else parts.push(plainText(reader.textOf(node).slice(literal.start, literal.end), literal.prefix));
  }
  return joined(reader, parts, line);
}

/** Neighbouring texts as one, and a text without anything to fill in as a constant. */
function joined(reader: SyntaxReader, parts: readonly TextPart[], line: number): Expression {
  const merged = mergeTexts(parts).flatMap((part): readonly TextPart[] =>
    typeof part === 'string' ? (reader.markers.split(part, line) ?? [part]) : [part],
  );
  const [only] = merged;
  if (only === undefined) return { kind: 'constant', line, value: '' };
  if (merged.length === 1 && typeof only === 'string') return { kind: 'constant', line, value: only };
  return { kind: 'text', line, parts: merged };
}

function mergeTexts(parts: readonly TextPart[]): TextPart[] {
  const merged: TextPart[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part;
    else if (part !== '') merged.push(part);
  }
  return merged;
}

function plainText(content: string, prefix: string): string {
  return prefix.includes('r') ? content : unescapeString(content);
}

function readFormatString(reader: SyntaxReader, node: SyntaxNode): TextPart[] {
  const { prefix, start, end } = splitString(reader.textOf(node));
  const text = (from: number, to: number): string =>
    plainText(reader.source.text.slice(from, to).replaceAll('{{', '{').replaceAll('}}', '}'), prefix);
  const parts: TextPart[] = [];
  let at = node.from + start;
  for (const part of partsOf(node)) {
    if (part.name !== 'FormatReplacement') continue;
    parts.push(text(at, part.from), readField(reader, part));
    at = part.to;
  }
  parts.push(text(at, node.from + end));
  return parts;
}

function readField(reader: SyntaxReader, node: SyntaxNode): ReplacementField {
  const parts = partsOf(node).slice(1);
  const end = parts.findIndex(({ name }) => name.startsWith('Format') && name !== 'FormatString');
  const stop = end < 0 ? parts.findIndex(({ name }) => name === '}') : end;
  const value = readExpressionList(reader, parts.slice(0, stop));
  const find = (name: string): SyntaxNode | undefined => parts.find((part) => part.name === name);
  const mark = find('FormatConversion');
  const conversion = mark === undefined ? undefined : readConversion(reader.textOf(mark));
  const spec = find('FormatSpec');
  const self = find('FormatSelfDoc');
  const label = self === undefined ? undefined : reader.source.text.slice(node.from + 1, self.to);
  // Without a format, `{x=}` shows the value as code.
  const shown = self !== undefined && spec === undefined ? 'r' : undefined;
  return {
    kind: 'field',
    value,
    conversion: conversion ?? shown,
    spec: spec === undefined ? undefined : readSpec(reader, spec),
    label,
  };
}

function readConversion(mark: string): 'r' | 's' | 'a' {
  const letter = mark.slice(1);
  if (letter === 'r' || letter === 's' || letter === 'a') return letter;
  throw new PythonFault(`'${mark}' is no conversion of an f-string`, { code: 'parse-error' });
}

/** What follows the colon; it may hold fields itself. */
function readSpec(reader: SyntaxReader, node: SyntaxNode): TextPart[] {
  const parts: TextPart[] = [];
  let at = node.from + 1;
  for (const part of partsOf(node)) {
    if (part.name !== 'FormatReplacement') continue;
    parts.push(reader.source.text.slice(at, part.from), readField(reader, part));
    at = part.to;
  }
  parts.push(reader.source.text.slice(at, node.to));
  return parts.filter((part) => part !== '');
}
