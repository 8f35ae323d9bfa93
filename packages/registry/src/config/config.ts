import { ConfigError, type ConfigOrigin } from '../errors.js';
import { isMapping, showValue } from '../schema/mapping.js';
import { type ConfigPath, formatKey, type OriginLookup } from '../schema/origin.js';
import { attributesOf } from './attributes.js';
import { copyData } from './config-data.js';
import { linesWith, missing, partOfData, pathOf, placeOf } from './config-edit.js';
import { type LoadFileOptions, loadWith } from './load-file.js';
import { type LineNode, type LoadedConfig, originIn } from './loaded-config.js';
import { type MergeOptions, mergeConfigs } from './merge.js';
import { nestOptions } from './merge-options.js';
import { type ConfigMapping, type ConfigValue, isTuple } from './value.js';

/** Keys that mmengine keeps for its own `Config`, at the top level. */
const RESERVED: readonly string[] = ['filename', 'text', 'pretty_text', 'env_variables'];

/** How a config is read. The dialect is mmengine's, unless another is given. */
export type ConfigOptions = LoadFileOptions;

/** What is known of data beside the data. */
export interface ConfigSource {
  /** File as errors name it. */
  readonly file?: string | undefined;
  readonly lines?: LineNode;
  /** Variables of the environment that were used. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Names at the top level that a Python config only imported; {@link Config.data} leaves them out. */
  readonly importedNames?: ReadonlySet<string>;
}

/** Options by dotted key, as `--cfg-options` gives them, and where they come from. */
export interface MergeFromDictOptions {
  /** Whether `pipeline.0.type` changes an item of a list. Default: true. */
  readonly allowListKeys?: boolean;
  /** Shown as the file of what is merged in. Default: `options`. */
  readonly file?: string;
}

/**
 * A config: plain data that knows where each part was written, through all merges.
 *
 * `T` is the shape of the data. It is taken at its word where a file is read.
 *
 * @example
 * const config = await Config.fromFile<{ model: { type: string; depth: number } }>('configs/resnet.yaml');
 * config.attributes.model.depth; // number; a key that is not there is an error that asks what was meant
 * config.origin(['model', 'depth']); // { file: 'configs/base.yaml', key: 'model.depth', line: 3 }
 */
export class Config<T extends object = ConfigMapping> implements LoadedConfig<T> {
  readonly file: string | undefined;
  /** The data. Changing it is allowed; what is changed here keeps the origin of what was there. */
  readonly value: T;
  /** Variables of the environment that the files used. */
  readonly environment: Readonly<Record<string, string>>;
  readonly importedNames: ReadonlySet<string>;
  #lines: LineNode;

  /**
   * @param value plain data; it is copied. Nothing is an empty config.
   * @throws ConfigError `bad-config` for what is no mapping, `reserved-key`, `forbidden-key`, `circular-data`.
   */
  constructor(value: T | null = null, source: ConfigSource = {}) {
    const data = value ?? {};
    this.file = source.file;
    this.#lines = source.lines ?? { line: 0 };
    const origin = originIn(this.#lines, [], this.file);
    if (!isMapping(data)) {
      throw new ConfigError({
        code: 'bad-config',
        what: `The config must be a dict, but is ${showValue(data)}`,
        origin,
      });
    }
    for (const key of RESERVED) {
      if (!Object.hasOwn(data, key)) continue;
      const what = `The key '${key}' is reserved for the config itself`;
      throw new ConfigError({ code: 'reserved-key', what, fix: 'use another name', origin: this.origin([key]) });
    }
    this.value = copyData(data, origin) as T;
    this.environment = source.environment ?? {};
    this.importedNames = source.importedNames ?? new Set();
  }

  /**
   * Reads a file with its bases; an empty file is an empty config. See `loadConfigFile`.
   *
   * @throws ConfigError as `loadConfigFile` and the constructor say.
   */
  static async fromFile<T extends object = ConfigMapping>(
    path: string,
    options: ConfigOptions = {},
  ): Promise<Config<T>> {
    const loaded = await loadWith({ dialect: 'mmengine', ...options }, path, (loader) =>
      loader.loadFile(path, options.format),
    );
    return new Config<T>(loaded.value as T | null, loaded);
  }

  /**
   * Reads a text; its bases are taken from the folder of `file`, or from the current one.
   *
   * @param options `format` says what the text is written in; without it the ending of `file` does.
   * @throws ConfigError as {@link Config.fromFile} does.
   */
  static async fromText<T extends object = ConfigMapping>(
    text: string,
    options: ConfigOptions & { readonly file?: string },
  ): Promise<Config<T>> {
    const loaded = await loadWith({ dialect: 'mmengine', ...options }, options.file, (loader) =>
      loader.loadText(text, options.file, options.format),
    );
    return new Config<T>(loaded.value as T | null, loaded);
  }

  /**
   * Takes data that was written in code, with its bases read and merged in.
   *
   * @throws ConfigError as {@link Config.fromFile} does.
   */
  static async fromValue<T extends object>(
    value: T,
    options: ConfigOptions & { readonly file?: string } = {},
  ): Promise<Config<T>> {
    const loaded = await loadWith({ dialect: 'mmengine', ...options }, options.file, (loader) =>
      loader.loadValue(value, options.file),
    );
    return new Config<T>(loaded.value as T, loaded);
  }

  /**
   * The data, checked on access: a key that is not there is an error with the nearest names and the place where it was
   * looked for. What is assigned to it changes the config.
   */
  get attributes(): T {
    return attributesOf(this.value, {
      set: (path, value) => this.set(path, value),
      delete: (path) => this.delete(path),
      missing: (path) => missing(partOfData(this.value, path.slice(0, -1)), path, this.origin(path.slice(0, -1))),
    });
  }

  /** Where the part at a path was written; for a part that is not there, the nearest part around it. */
  readonly origin: OriginLookup = (path: ConfigPath): ConfigOrigin => originIn(this.#lines, path, this.file);

  /** A part by dotted key or path; `fallback` when it is not there. */
  get(key: string | ConfigPath, fallback?: unknown): unknown {
    return this.has(key) ? partOfData(this.value, pathOf(key)) : fallback;
  }

  /**
   * A part that must be there.
   *
   * @throws ConfigError `missing-key`.
   */
  at(key: string | ConfigPath): unknown {
    const path = pathOf(key);
    for (let depth = 1; depth <= path.length; depth++) {
      const part = path.slice(0, depth);
      if (this.has(part)) continue;
      const holder = part.slice(0, -1);
      throw missing(partOfData(this.value, holder), part, this.origin(holder));
    }
    return partOfData(this.value, path);
  }

  has(key: string | ConfigPath): boolean {
    return partOfData(this.value, pathOf(key)) !== undefined;
  }

  /**
   * Puts a value at a path; mappings on the way are made.
   *
   * @param origin where the value comes from, if from anywhere.
   * @throws ConfigError `bad-path`, `bad-index`, `forbidden-key`, `config-too-large`.
   */
  set(key: string | ConfigPath, value: unknown, origin: ConfigOrigin = {}): this {
    const path = pathOf(key);
    const copy = copyData(value, { ...origin, key: formatKey(path) });
    const { holder, step } = placeOf(this.value as Record<string, unknown>, path);
    (holder as Record<string | number, unknown>)[step] = copy;
    const { file, line = 0 } = origin;
    this.#lines = linesWith(this.#lines, path, { line, ...(file === undefined ? {} : { file }) });
    return this;
  }

  /** Takes a part out. @returns whether it was there. */
  delete(key: string | ConfigPath): boolean {
    const path = pathOf(key);
    if (!this.has(path)) return false;
    const { holder, step } = placeOf(this.value as Record<string, unknown>, path);
    if (Array.isArray(holder)) holder.splice(Number(step), 1);
    else delete holder[String(step)];
    this.#lines = linesWith(this.#lines, path, undefined);
    return true;
  }

  /**
   * Merges options by dotted key into the config, as `--cfg-options` does.
   *
   * @throws ConfigError `bad-merge`, `bad-index`, `forbidden-key`.
   * @example config.mergeFromDict(parseConfigOptions(['model.depth=101', 'pipeline.0.type=Load']))
   */
  mergeFromDict(options: Readonly<Record<string, unknown>>, settings: MergeFromDictOptions = {}): this {
    const { allowListKeys = true, file = 'options' } = settings;
    const nested = nestOptions(options, file);
    return this.#merge({ value: nested, lines: { line: 0, file } }, { allowListKeys });
  }

  /**
   * Merges another config into this one, as a file is merged into its base: `_delete_` replaces.
   *
   * @throws ConfigError `bad-merge`.
   */
  merge(child: Config<object> | Readonly<Record<string, unknown>>): this {
    if (child instanceof Config) {
      return this.#merge({ value: child.value as ConfigMapping, lines: child.#ownLines() }, {});
    }
    return this.#merge({ value: copyData(child) as ConfigMapping, lines: { line: 0, file: 'merge' } }, {});
  }

  /**
   * A copy that can be changed without changing this.
   *
   * @param depth `shallow`: the top level and its lists are copied, and the mappings below are shared.
   */
  copy(depth: 'deep' | 'shallow' = 'deep'): Config<T> {
    const { file, environment, importedNames } = this;
    const copy = new Config<T>(null, { file, lines: this.#lines, environment, importedNames });
    Object.assign(copy.value, depth === 'deep' ? copyData(this.value) : withOwnLists(this.value));
    return copy;
  }

  /** The data without what was only imported. */
  get data(): T {
    if (this.importedNames.size === 0) return this.value;
    const kept = Object.entries(this.value).filter(([key]) => !this.importedNames.has(key));
    return Object.fromEntries(kept) as T;
  }

  #merge(child: { readonly value: ConfigMapping; readonly lines: LineNode }, options: MergeOptions): this {
    const base = { value: this.value as unknown as ConfigMapping, lines: this.#lines };
    const merged = mergeConfigs(child, base, options);
    const value = copyData(merged.value) as Record<string, ConfigValue>;
    const own = this.value as Record<string, unknown>;
    for (const key of Object.keys(own)) delete own[key];
    Object.assign(own, value);
    this.#lines = merged.lines;
    return this;
  }

  #ownLines(): LineNode {
    return this.file === undefined || this.#lines.file !== undefined
      ? this.#lines
      : { ...this.#lines, file: this.file };
  }
}

/** A mapping with copies of its lists, down to the mappings in them, which stay. */
function withOwnLists(mapping: object): object {
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [key, ownList(value)]));
}

function ownList(value: unknown): unknown {
  return Array.isArray(value) && !isTuple(value) ? value.map(ownList) : value;
}
