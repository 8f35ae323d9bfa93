import type { BaseReference, LocatedValue, SourceContext, SourceTree } from '../config/source-reader.js';
import type { ConfigMapping } from '../config/value.js';
import { BASE_KEY, baseAssignment, countBaseTargets, isNewStyle, readBaseStatements } from './base-syntax.js';
import { builtinsOf } from './builtins.js';
import { Context } from './context.js';
import { Evaluator, type Scope } from './evaluate.js';
import { Executor } from './execute.js';
import { overLimit, PythonFault } from './fault.js';
import { configDictOf } from './from-data.js';
import { NameImporter } from './imports.js';
import { Markers } from './markers.js';
import { type ParsedPython, parsePython } from './parse.js';
import { PlaceholderValues } from './placeholder-values.js';
import { normalizedText } from './source-text.js';
import { DataMaker } from './to-data.js';
import { PyDict, PyList, type Slot, type Value } from './values.js';

/**
 * Reads a config of OpenMMLab's that is written in Python, as data: the text is parsed, and a small pure part of Python
 * is evaluated. Nothing is imported or run; what a config may not use is an error as soon as it is reached.
 *
 * @throws ConfigError `parse-error`, `unsupported-python` (naming the construct), `python-error` (what Python itself
 *   would refuse), `python-limit` (too long, too deep, too large, too many steps); each with file and line.
 */
export async function readPythonConfig(text: string, source: SourceContext): Promise<SourceTree> {
  return new PythonReader(source).read(text);
}

const NO_BASES: LocatedValue<ConfigMapping> = { value: {}, lines: { line: 1 } };

class PythonReader {
  readonly #source: SourceContext;
  readonly #context: Context;
  readonly #builtins: ReadonlyMap<string, Value>;

  constructor(source: SourceContext) {
    this.#source = source;
    this.#context = new Context(source.file);
    this.#builtins = builtinsOf(this.#context);
  }

  async read(raw: string): Promise<SourceTree> {
    const text = this.#guarded(() => normalizedText(raw));
    const markers = this.#guarded(() => new Markers(text, this.#source.variables.find(text)));
    const parsed = parsePython(markers, this.#source.file);
    const base = baseAssignment(parsed.statements);
    return base === undefined && isNewStyle(parsed.statements)
      ? this.#readNewStyle(parsed, markers)
      : this.#readWithBases(parsed, markers);
  }

  /** `_base_ = […]`: the loader merges what the file says into its bases. */
  async #readWithBases(parsed: ParsedPython, markers: Markers): Promise<SourceTree> {
    const { statements } = parsed;
    const mixed = readBaseStatements(statements)[0];
    if (mixed !== undefined) {
      throw new PythonFault(`'${BASE_KEY}' and 'read_base()' stand in one file`, { fix: 'use one of the two' }).at(
        this.#source.file,
        mixed.line,
      );
    }
    const base = baseAssignment(statements);
    const references = base === undefined ? [] : this.#guarded(() => this.#references(base, markers));
    const touched = parsed.baseNames > countBaseTargets(statements) || hasBasePlaceholder(markers);
    const located = !touched ? NO_BASES : references.length === 0 ? NO_BASES : await this.#source.readBases(references);
    return this.#guarded(() => {
      const bases = configDictOf(located, this.#context.budget);
      const scope = newScope(this.#context, touched ? bases : undefined);
      const imported = this.#run(parsed, markers, { scope, bases, modules: new Map() });
      const maker = new DataMaker(this.#context.budget);
      const tree = this.#made(maker, () => maker.ofNames(namesOf(scope), 1));
      if (!touched) return { ...withReferences(tree, references), importedNames: imported };
      return { ...tree, bases: this.#made(maker, () => maker.ofDict(bases, 1)), importedNames: imported };
    });
  }

  /** `with read_base():`: what it imports are names of this file, and nothing is merged. */
  async #readNewStyle(parsed: ParsedPython, markers: Markers): Promise<SourceTree> {
    const trees = new Map<string, SourceTree>();
    for (const { imports } of readBaseStatements(parsed.statements)) {
      for (const { from, line } of imports) {
        if (from !== undefined && !trees.has(from)) trees.set(from, await this.#source.readModule(from, line));
      }
    }
    return this.#guarded(() => {
      const modules = new Map([...trees].map(([name, tree]) => [name, this.#moduleOf(tree)]));
      const scope = newScope(this.#context, undefined);
      const imported = this.#run(parsed, markers, { scope, bases: new PyDict(new Map(), true), modules });
      const inherited = [...trees.values()].flatMap((tree) => [...(tree.importedNames ?? [])]);
      const maker = new DataMaker(this.#context.budget);
      const tree = this.#made(maker, () => maker.ofNames(namesOf(scope), 1));
      return { ...tree, complete: true, importedNames: new Set([...imported, ...inherited]) };
    });
  }

  #moduleOf({ value, lines }: SourceTree): PyDict {
    return configDictOf({ value: value as ConfigMapping, lines }, this.#context.budget);
  }

  #run(parsed: ParsedPython, markers: Markers, given: Given): ReadonlySet<string> {
    const context = this.#context;
    const values = new PlaceholderValues(markers.placeholders, this.#source.variables, given.bases, context);
    const evaluator = new Evaluator(context, this.#builtins, values);
    evaluator.scope = given.scope;
    const importer = new NameImporter(context, given.scope, this.#builtins, given.modules);
    new Executor(evaluator, importer).run(parsed.statements);
    return importer.imported;
  }

  /** `_base_` is evaluated on its own: it knows the builtins and no name of the file. */
  #references(base: NonNullable<ReturnType<typeof baseAssignment>>, markers: Markers): BaseReference[] {
    const none = new PyDict(new Map(), true);
    const values = new PlaceholderValues(markers.placeholders, this.#source.variables, none, this.#context);
    const value = new Evaluator(this.#context, this.#builtins, values).evaluate(base);
    const slots: readonly Slot[] =
      value instanceof PyList ? value.slots : [{ value, place: this.#context.placeAt(base.line) }];
    return slots.map(({ value: path, place }) => {
      if (typeof path === 'string') return { path, line: place.line };
      this.#context.line = place.line;
      throw new PythonFault(`'${BASE_KEY}' is no path or list of paths`);
    });
  }

  #made<T>(maker: DataMaker, make: () => T): T {
    try {
      return make();
    } catch (error) {
      if (error instanceof PythonFault) throw error.at(maker.place.file ?? this.#source.file, maker.place.line);
      throw error;
    }
  }

  /** Puts file and line on what is thrown inside. */
  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof PythonFault) throw error.at(this.#source.file, this.#context.line);
      // Depth is bounded everywhere; a host with a small stack may still run out of it.
      if (error instanceof RangeError)
        throw overLimit('The config nests too deep').at(this.#source.file, this.#context.line);
      throw error;
    }
  }
}

/** What a file finds when it starts. */
interface Given {
  readonly scope: Scope;
  readonly bases: PyDict;
  readonly modules: ReadonlyMap<string, PyDict>;
}

/** The names that every file knows, and `_base_` where it has bases. */
function newScope(context: Context, bases: PyDict | undefined): Scope {
  const place = context.placeAt(1);
  const names = new Map<string, Slot>([
    // Not `__main__`: what a file does when it is run is not done.
    ['__name__', { value: 'builtins', place }],
    ...(context.file === undefined ? [] : [['__file__', { value: context.file, place }] as const]),
    ...(bases === undefined ? [] : [[BASE_KEY, { value: bases, place }] as const]),
  ]);
  return { names, outer: undefined };
}

function namesOf(scope: Scope): [string, Slot][] {
  return [...scope.names].filter(([name]) => name !== BASE_KEY);
}

function hasBasePlaceholder(markers: Markers): boolean {
  return markers.placeholders.some(({ placeholder }) => placeholder.kind === 'base');
}

/** Leaves it to the loader to read the bases. */
function withReferences(
  tree: LocatedValue<ConfigMapping>,
  references: readonly BaseReference[],
): LocatedValue<ConfigMapping> {
  const [first] = references;
  if (first === undefined) return tree;
  const own = tree.lines.children instanceof Map ? tree.lines.children : new Map();
  const lines = { line: first.line, children: references.map(({ line }) => ({ line })) };
  return {
    value: { ...tree.value, [BASE_KEY]: references.map(({ path }) => path) },
    lines: { ...tree.lines, children: new Map([...own, [BASE_KEY, lines]]) },
  };
}
