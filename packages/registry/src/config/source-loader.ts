import { ConfigError, type ConfigOrigin } from '../errors.js';
import { isMapping, showValue } from '../schema/mapping.js';
import { BASE_KEY, baseReferences, joinBases, type ReadBase, withScope } from './base-files.js';
import { fillBaseValues } from './base-values.js';
import { checkSize, copyData } from './config-data.js';
import type { ConfigHost } from './host.js';
import type { LineNode } from './loaded-config.js';
import { mergeConfigs, partAt, partsOf } from './merge.js';
import type { ConfigDialect, ConfigWarning, ReadRules } from './read-rules.js';
import { readModuleFile, type SourceFile, type SourceFiles } from './source-files.js';
import type { BaseReference, LocatedValue, SourceContext, SourceTree, SourceVariables } from './source-reader.js';
import { formatOfFile, KNOWN_ENDINGS, readSource, type SourceFormat } from './source-readers.js';
import type { ConfigMapping, ConfigValue } from './value.js';
import { fileVariables } from './variables.js';

const DEPRECATION_KEY = '_deprecation_';
/** Most files in one chain of bases. */
const MAX_CHAIN = 64;

/** How files are loaded. */
export interface SourceOptions {
  readonly dialect: ConfigDialect;
  /** Whether `{{ fileDirname }}` and its kin are replaced. Default: true. */
  readonly usePredefinedVariables?: boolean;
  /** Whether `{{$NAME:fallback}}` is replaced. Default: true. */
  readonly useEnvironmentVariables?: boolean;
  readonly warn: (warning: ConfigWarning) => void;
}

/** A config with its bases merged in. */
export interface ResolvedSource {
  readonly located: LocatedValue;
  readonly importedNames: ReadonlySet<string>;
}

/** Reads files with their bases, each file once. */
export class SourceLoader {
  readonly #files: SourceFiles;
  readonly #host: ConfigHost;
  readonly #options: SourceOptions;
  readonly #resolved = new Map<string, ResolvedSource>();
  /** Variables of the environment that were used. */
  readonly environment: Record<string, string> = {};

  constructor(files: SourceFiles, options: SourceOptions) {
    this.#files = files;
    this.#host = files.host;
    this.#options = options;
  }

  /** A file, by the name that a user gives it. */
  async loadFile(name: string, format?: SourceFormat): Promise<ResolvedSource> {
    return this.#load(await this.#files.find(name, undefined), [], format);
  }

  /** A text that stands in no file, whatever it is called. */
  async loadText(text: string, file: string | undefined, given?: SourceFormat): Promise<ResolvedSource> {
    const format = given ?? formatOfFile(file ?? 'the text');
    if (format !== 'module') return this.#read(text, format, { file, chain: [] });
    const what = `The text of '${file}' is code, which is never executed`;
    const origin = file === undefined ? {} : { file };
    throw new ConfigError({ code: 'unknown-format', what, expected: KNOWN_ENDINGS, origin });
  }

  /** Data that was written in code. */
  async loadValue(value: unknown, file: string | undefined): Promise<ResolvedSource> {
    return this.#merge(locate(value, file), { file, chain: [] });
  }

  async #load(file: SourceFile, chain: readonly SourceFile[], given?: SourceFormat): Promise<ResolvedSource> {
    checkChain(file, chain);
    const known = this.#resolved.get(file.id);
    if (known !== undefined) return known;
    const place: Place = { file: file.name, path: file.absolute, chain: [...chain, file] };
    const format = given ?? (await this.#files.formatOf(file, chain));
    const resolved =
      format === 'module'
        ? await this.#merge(locate(await readModuleFile(file, this.#host), file.name), place)
        : await this.#read(await this.#files.text(file, chain.at(-1)), format, place);
    this.#resolved.set(file.id, resolved);
    return resolved;
  }

  async #read(text: string, format: SourceFormat, place: Place): Promise<ResolvedSource> {
    const variables = this.#variablesOf(place);
    const rules: ReadRules = { dialect: this.#options.dialect, variables, warn: this.#options.warn };
    const context: SourceContext = {
      file: place.file,
      variables,
      readBases: async (references) => copyOf(await this.#readBases(references, place)),
      readModule: async (module, line) => {
        const { located, importedNames } = await this.#load(
          await this.#files.findModule(module, originOf(place, line), place.chain.at(-1)),
          place.chain,
        );
        return { ...copyOf(located), importedNames };
      },
    };
    const tree = await readSource(text, format, context, rules);
    // The other readers count for themselves.
    if (format === 'python') checkSize([tree.value, tree.bases?.value], originOf(place, 1));
    const { bases } = tree;
    const lines = stamped(tree.lines, place.file);
    if (bases === undefined) return this.#merge({ ...tree, lines }, place);
    return this.#merge({ ...tree, lines, bases: { ...bases, lines: stamped(bases.lines, place.file) } }, place);
  }

  async #merge(tree: SourceTree, place: Place): Promise<ResolvedSource> {
    const importedNames = tree.importedNames ?? new Set();
    if (tree.complete === true || !isMapping(tree.value)) return { located: tree, importedNames };
    const own = tree as LocatedValue<ConfigMapping>;
    const bases = tree.bases ?? (await this.#readBases(baseReferences(own, place.file), place));
    const current = this.#withoutDeprecation(own, place);
    const filled = fillBaseValues(current, bases, place.file);
    const origin = originOf(place, 1);
    if (filled !== current) checkSize(filled.value, origin);
    const child = without(filled as LocatedValue<ConfigMapping>, (key) => key === BASE_KEY || key.startsWith('__'));
    const merged = mergeConfigs(child, bases);
    if (Object.keys(bases.value).length > 0) checkSize(merged.value, origin);
    return { located: { value: merged.value, lines: { ...merged.lines, line: own.lines.line } }, importedNames };
  }

  async #readBases(references: readonly BaseReference[], place: Place): Promise<LocatedValue<ConfigMapping>> {
    const bases: ReadBase[] = [];
    for (const { path, line } of references) {
      const { file, scope } = await this.#files.findBase(path, originOf(place, line), place);
      const { located, importedNames } = await this.#load(file, place.chain);
      const mapping = asBase(located, file.name);
      const kept = importedNames.size === 0 ? mapping : without(mapping, (key) => importedNames.has(key));
      const scoped = scope === undefined ? kept : (withScope(kept, scope) as LocatedValue<ConfigMapping>);
      bases.push({ located: scoped, name: file.name, id: file.id });
    }
    return joinBases(bases, { ...originOf(place, references[0]?.line ?? 1), key: BASE_KEY });
  }

  #withoutDeprecation(own: LocatedValue<ConfigMapping>, place: Place): LocatedValue<ConfigMapping> {
    if (!Object.hasOwn(own.value, DEPRECATION_KEY)) return own;
    const { value, lines } = partAt(own, DEPRECATION_KEY);
    const origin = originOf(place, lines.line);
    if (!isMapping(value) && typeof value !== 'string') {
      const what = `'${DEPRECATION_KEY}' is ${showValue(value)}`;
      throw new ConfigError({ code: 'bad-config', what, expected: "a mapping with 'expected' or 'reference'", origin });
    }
    const said = isMapping(value) ? value : {};
    const parts = [`The config ${place.file ?? 'text'} is deprecated`];
    if (said['expected'] !== undefined) parts.push(`use ${showValue(said['expected'])} instead`);
    if (said['reference'] !== undefined) parts.push(`see ${showValue(said['reference'])}`);
    this.#options.warn({ code: 'deprecated-config', message: parts.join('; '), origin });
    return without(own, (key) => key === DEPRECATION_KEY);
  }

  #variablesOf({ file, path }: Place): SourceVariables {
    const { usePredefinedVariables = true, useEnvironmentVariables = true } = this.#options;
    return fileVariables({
      file,
      ...(usePredefinedVariables && path !== undefined ? { path } : {}),
      ...(useEnvironmentVariables ? { environment: (name) => this.#host.environment(name) } : {}),
      onUse: (name, value) => {
        this.environment[name] = value;
      },
    });
  }
}

/** Where the loader stands. */
interface Place {
  /** As errors name it. */
  readonly file: string | undefined;
  /** Absolute path, where there is a file. */
  readonly path?: string;
  /** The files that led here, this one last. */
  readonly chain: readonly SourceFile[];
}

function originOf({ file }: Place, line: number): ConfigOrigin {
  return { ...(file === undefined ? {} : { file }), ...(line === 0 ? {} : { line }) };
}

function checkChain(file: SourceFile, chain: readonly SourceFile[]): void {
  const earlier = chain.findIndex(({ id }) => id === file.id);
  const names = [...chain, file].map(({ name }) => name);
  const origin = { file: chain.at(-1)?.name ?? file.name, key: BASE_KEY };
  if (earlier !== -1) {
    const what = `The bases form a circle: ${names.slice(earlier).join(' → ')}`;
    throw new ConfigError({ code: 'circular-base', what, fix: `remove one '${BASE_KEY}' of the circle`, origin });
  }
  if (chain.length < MAX_CHAIN) return;
  throw new ConfigError({
    code: 'config-too-large',
    what: `A chain of bases is longer than ${MAX_CHAIN} files`,
    origin,
  });
}

function asBase(located: LocatedValue, file: string): LocatedValue<ConfigMapping> {
  if (located.value === null) return { value: {}, lines: located.lines };
  if (isMapping(located.value)) return located as LocatedValue<ConfigMapping>;
  const what = `The base '${file}' is ${showValue(located.value)}`;
  throw new ConfigError({ code: 'bad-config', what, expected: 'a mapping', origin: { file } });
}

function without(located: LocatedValue<ConfigMapping>, drops: (key: string) => boolean): LocatedValue<ConfigMapping> {
  if (!Object.keys(located.value).some(drops)) return located;
  const kept = Object.entries(located.value).filter(([key]) => !drops(key));
  const children = new Map([...partsOf(located.lines)].filter(([key]) => !drops(key)));
  return { value: Object.fromEntries(kept), lines: { ...located.lines, children } };
}

function copyOf<V>(located: LocatedValue<V>): LocatedValue<V> {
  return { value: copyData(located.value), lines: located.lines };
}

/** Data of which only the keys are known. */
function locate(value: unknown, file: string | undefined): SourceTree {
  const data = copyData(value, file === undefined ? {} : { file }) as ConfigValue;
  return { value: data, lines: { line: 0, ...(file === undefined ? {} : { file }) } };
}

/** Writes the file on every part, since parts of several files will stand side by side. */
function stamped(lines: LineNode, file: string | undefined): LineNode {
  if (file === undefined) return lines;
  const { children } = lines;
  const own = { file, ...lines };
  if (children === undefined) return own;
  if (children instanceof Map) {
    return { ...own, children: new Map([...children].map(([key, inner]) => [key, stamped(inner, file)])) };
  }
  return { ...own, children: (children as readonly LineNode[]).map((inner) => stamped(inner, file)) };
}
