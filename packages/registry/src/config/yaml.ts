import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { ConfigError } from '../errors.js';
import { MAX_DEPTH, MAX_VALUES } from './limits.js';
import { type LineNode, linesOf } from './loaded-config.js';
import { type MaskedText, maskPlaceholders } from './masked-text.js';
import { FORBIDDEN_KEY, parseError } from './parse-error.js';
import { coreYamlScalar, pythonYamlScalar } from './plain-scalar.js';
import { BaseValue, type ReadRules, refuseDuplicate, STRICT, warnOfDuplicate } from './read-rules.js';
import type { LocatedValue } from './source-reader.js';
import { type ConfigValue, tuple } from './value.js';
import { listIn, losesDigits, readTagged, SIMPLE_TAGS } from './yaml-scalar.js';
import { checkYamlText } from './yaml-text.js';

/** The key that merges other mappings in. YAML 1.2 dropped it, but Python's loaders read it and configs use it. */
const MERGE_KEY = '<<';

/** How PyYAML writes tuples. */
const TUPLE_TAG = 'tag:yaml.org,2002:python/tuple';
const TUPLES = { tag: TUPLE_TAG, collection: 'seq' as const, resolve: (seq: unknown): unknown => seq };

/**
 * Reads YAML 1.2 with the core schema, or YAML as PyYAML reads it (see {@link ReadRules}), and remembers the line of
 * every part.
 *
 * A key is its text, whatever it looks like (`1:` is `'1'`). Aliases are copied out; merge keys work. Errors: other
 * tags than the core schema's, a key given twice, `__proto__` as key, lists or mappings as keys, several documents, an
 * alias of what it stands in, and more than {@link MAX_VALUES} values or {@link MAX_DEPTH} levels once aliases are
 * copied out.
 *
 * @throws ConfigError `parse-error`; what the rules' variables throw.
 */
export function parseYaml(text: string, file: string | undefined, rules: ReadRules = STRICT): LocatedValue {
  try {
    return new YamlReader(text, file, rules).read();
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    // The parser recurses over the nesting and can run out of stack before there is a tree to measure.
    throw parseError(file, {
      what: cause instanceof RangeError ? 'The text nests too deep' : 'The YAML text cannot be read',
      line: 1,
      cause,
    });
  }
}

/** Where the parser's message speaks of its own API, or says what happened to it instead of what is wrong. */
const OWN_WORDS: ReadonlyMap<string, { readonly what?: string; readonly fix?: string }> = new Map([
  ['TAG_RESOLVE_FAILED', { fix: 'config text is data: write a plain value without a tag' }],
  ['NON_STRING_KEY', { what: 'A key is a list or a mapping', fix: 'use plain text as key' }],
  ['MULTIPLE_DOCS', { what: 'The text holds several YAML documents', fix: "keep one: remove the line '---'" }],
  ['RESOURCE_EXHAUSTION', { what: 'The text nests too deep' }],
]);

class YamlReader {
  readonly #file: string | undefined;
  readonly #rules: ReadRules;
  readonly #masked: MaskedText;
  readonly #lineCounter = new LineCounter();
  readonly #document: Document.Parsed;
  readonly #targets: ReadonlyMap<Alias, Node>;
  /** Collections that are being read: an alias of one of them has no end. */
  readonly #open = new Set<Node>();
  #values = 0;

  constructor(text: string, file: string | undefined, rules: ReadRules) {
    this.#file = file;
    this.#rules = rules;
    checkYamlText(text, file);
    this.#masked = maskPlaceholders(text, rules.variables, file);
    this.#document = parseDocument(this.#masked.text, {
      version: '1.2',
      schema: 'core',
      // Of the tags beyond the core schema none is read: `!!binary` and `!!timestamp` make values that are no JSON.
      resolveKnownTags: false,
      ...(rules.dialect === 'mmengine' ? { customTags: (tags) => [...tags, TUPLES, ...SIMPLE_TAGS] } : {}),
      stringKeys: true,
      // Checked here: the parser's own check takes time with the square of the number of keys.
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter: this.#lineCounter,
    });
    const [fault] = [...this.#document.errors, ...this.#document.warnings];
    if (fault !== undefined) throw this.#refuseText(fault);
    this.#targets = linkAliases(this.#document);
  }

  read(): LocatedValue {
    return this.#readNode(this.#document.contents, 0, 1);
  }

  #readNode(node: Node | null | undefined, depth: number, fallback: number): LocatedValue {
    const line = this.#lineOf(node, fallback);
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw this.#refuse(`The config has more than ${MAX_VALUES} values`, line);
    if (depth > MAX_DEPTH) throw this.#refuse(`The config nests deeper than ${MAX_DEPTH} levels`, line);
    if (node === null || node === undefined) return { value: null, lines: { line } };
    if (isScalar(node)) return { value: this.#readScalar(node, line), lines: { line } };
    const target = this.#follow(node, line);
    if (isScalar(target)) return { value: this.#readScalar(target, line), lines: { line } };
    this.#open.add(target);
    const read = isMap(target)
      ? this.#readMap(target as YAMLMap<Scalar, Node>, depth, line)
      : this.#readSeq(target as YAMLSeq<Node>, depth, line);
    this.#open.delete(target);
    return read;
  }

  /** The node itself, or what an alias stands for. */
  #follow(node: Node, line: number): Node {
    if (!isAlias(node)) return node;
    const target = this.#targets.get(node);
    if (target === undefined) throw this.#refuse(`The alias '*${node.source}' has no anchor before it`, line);
    if (this.#open.has(target)) throw this.#refuse(`The alias '*${node.source}' stands inside what it repeats`, line);
    return target;
  }

  #readScalar(node: Scalar, line: number): ConfigValue {
    const { value, source = '' } = node;
    if (node.type === 'PLAIN' && node.tag === undefined) {
      const alone = this.#masked.alone(source);
      if (alone?.placeholder.kind === 'base') return BaseValue.placed(alone.placeholder.path, line);
      const filled = this.#masked.fill(source, line);
      const resolve = this.#rules.dialect === 'mmengine' ? pythonYamlScalar : coreYamlScalar;
      // What a placeholder brought in: the parser has not seen it.
      if (filled !== source) return listIn(filled) ?? resolve(filled);
      if (this.#rules.dialect === 'mmengine') return resolve(filled);
    }
    if (typeof value === 'string') {
      const filled = this.#masked.fill(value, line);
      return readTagged(filled, node.tag, (what) => this.#refuse(what, line));
    }
    if (typeof value === 'number' && !Number.isSafeInteger(value) && losesDigits(value, source)) {
      throw parseError(this.#file, {
        what: `The number ${source.slice(0, 40)} does not fit a JavaScript number`,
        line,
        fix: 'write it in quotes, as text',
      });
    }
    if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
    throw this.#refuse(`A value of the kind ${typeof value} is not plain data`, line);
  }

  #readSeq(node: YAMLSeq<Node>, depth: number, line: number): LocatedValue {
    const value: ConfigValue[] = [];
    const children: LineNode[] = [];
    for (const item of node.items) {
      const inner = this.#readNode(item, depth + 1, line);
      children.push(inner.lines);
      value.push(inner.value);
    }
    return { value: node.tag === TUPLE_TAG ? tuple(value) : value, lines: { line, children } };
  }

  #readMap(node: YAMLMap<Scalar, Node>, depth: number, line: number): LocatedValue {
    const value: Record<string, ConfigValue> = {};
    const children = new Map<string, LineNode>();
    const merged: LocatedValue[] = [];
    for (const pair of node.items) {
      const keyLine = this.#lineOf(pair.key, line);
      const inner = this.#readNode(pair.value, depth + 1, keyLine);
      if (isMerge(pair)) {
        merged.push(...this.#mergeSources(inner, keyLine));
        continue;
      }
      const key = this.#checkKey(pair, children, keyLine);
      value[key] = inner.value;
      children.set(key, { ...inner.lines, line: keyLine });
    }
    for (const source of merged) addMissing(value, children, source);
    return { value, lines: { line, children } };
  }

  #checkKey(pair: Pair<Scalar, Node>, known: ReadonlyMap<string, LineNode>, line: number): string {
    if (!isScalar(pair.key)) throw this.#refuse('A key is no plain text', line);
    const key = this.#masked.fill(String(pair.key.value), line);
    const earlier = known.get(key);
    if (earlier !== undefined) {
      if (this.#rules.dialect === 'strict') throw refuseDuplicate(this.#file, key, [earlier.line, line]);
      warnOfDuplicate(this.#rules, this.#file, key, [earlier.line, line]);
    }
    if (key === FORBIDDEN_KEY) throw this.#refuse(`The key '${FORBIDDEN_KEY}' is not allowed`, line);
    return key;
  }

  /** The mappings that a merge key names: one, or a list of them. */
  #mergeSources(inner: LocatedValue, line: number): LocatedValue[] {
    const sources = Array.isArray(inner.value)
      ? inner.value.map((value, index) => ({ value, lines: linesOf(inner.lines, index) ?? { line } }))
      : [inner];
    const plain = sources.every(({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value));
    if (!plain) throw this.#refuse(`The merge key '${MERGE_KEY}' needs a mapping, or a list of mappings`, line);
    return sources;
  }

  #refuseText(fault: YAMLError): ConfigError {
    const { line, col } = this.#lineCounter.linePos(fault.pos[0]);
    const own = OWN_WORDS.get(fault.code);
    const what = own?.what ?? `${fault.message} (column ${col})`;
    return parseError(this.#file, { ...own, what, line, cause: fault });
  }

  #lineOf(node: Node | null | undefined, fallback: number): number {
    const start = node?.range?.[0];
    return start === undefined ? fallback : this.#lineCounter.linePos(start).line;
  }

  #refuse(what: string, line: number): ConfigError {
    return parseError(this.#file, { what, line });
  }
}

/** Every alias with the node that it repeats: the last one before it that has the anchor. */
function linkAliases(document: Document.Parsed): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

/** A merge key is written plain; in quotes it is an ordinary key. */
function isMerge(pair: Pair<Scalar, Node>): boolean {
  return isScalar(pair.key) && pair.key.value === MERGE_KEY && pair.key.type === 'PLAIN';
}

/** Keys that a mapping has itself, or from an earlier source, stay. */
function addMissing(value: Record<string, ConfigValue>, children: Map<string, LineNode>, source: LocatedValue): void {
  for (const [key, inner] of Object.entries(source.value as Readonly<Record<string, ConfigValue>>)) {
    if (Object.hasOwn(value, key)) continue;
    value[key] = inner;
    children.set(key, linesOf(source.lines, key) ?? source.lines);
  }
}
