import type { LineNode } from './loaded-config.js';
import type { ConfigMapping, ConfigValue } from './value.js';

/**
 * Reads the text of one config file as data. Nothing in the text is executed or imported.
 *
 * The reader of each language (JSON, YAML, Python) is one such function; merging a file into its bases, `_delete_`,
 * `_deprecation_` and dropping names that begin with `__` are the loader's, not the reader's.
 *
 * @throws ConfigError with file and line.
 */
export type SourceReader = (text: string, context: SourceContext) => SourceTree | Promise<SourceTree>;

/** A value and the lines of its parts; the value and `lines` have the same shape. */
export interface LocatedValue<V = ConfigValue> {
  readonly value: V;
  /** Where each part was written: `line` (1-based), and `file` on every node whose file is not the reader's own. */
  readonly lines: LineNode;
}

/** What a reader makes of one file. */
export interface SourceTree extends LocatedValue {
  /**
   * The merged bases, where the file may have changed them (Python: `_base_.model.depth = 101`). The loader merges
   * `value` into this. Absent: the loader reads the bases that `value._base_` names and merges into them.
   */
  readonly bases?: LocatedValue<ConfigMapping>;
  /**
   * True when `value` is the whole result and nothing is to be merged: new-style Python files, whose `read_base()`
   * imports the reader resolved itself.
   */
  readonly complete?: boolean;
  /** Names at the top level that were only imported, which a dump leaves out (new-style Python files). */
  readonly importedNames?: ReadonlySet<string>;
}

/** What a reader may ask for while it reads a file. */
export interface SourceContext {
  /** Name of the file: for errors, and for `__file__`. */
  readonly file: string | undefined;
  /** What the placeholders of the file stand for. */
  readonly variables: SourceVariables;
  /**
   * Reads and joins the files that `_base_` names, in order, relative to this file; a key in two of them is an error.
   * The result is a private copy: the reader may change it and hand it back as `bases`.
   */
  readBases(references: readonly BaseReference[]): Promise<LocatedValue<ConfigMapping>>;
  /**
   * Reads the file behind `from MODULE import …` under `with read_base():`: `..a.b` is `../a/b.py`, `package.a.b` is
   * asked of the host. Each file is read once; the result is a private copy.
   *
   * @throws ConfigError `config-not-found`, `circular-base` naming the chain.
   */
  readModule(module: string, line: number): Promise<SourceTree>;
}

/** One entry of `_base_`: `./base.yaml`, `package::path/in/package.py`. */
export interface BaseReference {
  readonly path: string;
  /** 1-based line of the reference. */
  readonly line: number;
}

/** Names that `{{ name }}` stands for: all that mmengine predefines. */
export type PredefinedName = 'fileDirname' | 'fileBasename' | 'fileBasenameNoExtension' | 'fileExtname';

/** A placeholder as it stands in a text. */
export type Placeholder =
  | { readonly kind: 'predefined'; readonly name: PredefinedName }
  | { readonly kind: 'environment'; readonly name: string; readonly fallback: string }
  | { readonly kind: 'base'; readonly path: readonly string[] };

/** A placeholder and where it stands: `text.slice(start, end)`. */
export interface PlacedPlaceholder {
  readonly placeholder: Placeholder;
  readonly start: number;
  readonly end: number;
  /** 1-based line of its start. */
  readonly line: number;
}

/** What the placeholders of one file stand for. Texts go in as values: they are never parsed again. */
export interface SourceVariables {
  /**
   * The placeholders in a text, in order, those that are switched off left out: `{{ fileDirname }}`,
   * `{{ $NAME:fallback }}` (also quoted inside the braces, as `{{'$NAME:80'}}`), `{{ _base_.a.b }}`.
   */
  find(text: string): readonly PlacedPlaceholder[];
  /**
   * What a predefined or environment placeholder stands for, as text.
   *
   * @throws ConfigError `unset-variable` when the environment lacks it and there is no fallback.
   */
  text(placeholder: Exclude<Placeholder, { kind: 'base' }>, line: number): string;
}
