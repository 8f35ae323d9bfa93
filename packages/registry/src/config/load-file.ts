import { formatOrigin } from '../errors.js';
import type { ConfigHost, PackageResolver } from './host.js';
import type { ConfigFormat } from './load.js';
import { type LineNode, type LoadedConfig, originIn } from './loaded-config.js';
import { nodeConfigHost } from './node-config-host.js';
import type { ConfigDialect, ConfigWarning } from './read-rules.js';
import { SourceFiles } from './source-files.js';
import { SourceLoader } from './source-loader.js';
import type { ConfigValue } from './value.js';

/** How a file and its bases are read. */
export interface LoadFileOptions {
  /** Language of the file, whatever it is called. Default: what the ending of its name tells. */
  readonly format?: ConfigFormat | 'python';
  /** How exactly JSON and YAML are read. */
  readonly dialect?: ConfigDialect;
  /** Folder that neither the file nor its bases may lead out of. Default: none, any file may be read. */
  readonly root?: string;
  /** Where `package::path` and the absolute imports of Python configs lead. Default: nowhere. */
  readonly resolvePackage?: PackageResolver;
  /** Whether `{{ fileDirname }}` and its kin are replaced. Default: true. */
  readonly usePredefinedVariables?: boolean;
  /** Whether `{{$NAME:fallback}}` is replaced. Default: true. */
  readonly useEnvironmentVariables?: boolean;
  /** Told what is read, but hardly meant, and that a config is deprecated. Default: `console.warn`. */
  readonly onWarning?: (warning: ConfigWarning) => void;
  /** Files and environment. Default: those of Node and its kin. */
  readonly host?: ConfigHost;
}

/** A file with its bases merged in. */
export interface LoadedFile extends LoadedConfig<ConfigValue> {
  /** Where each part was written; {@link LoadedConfig.origin} looks there. */
  readonly lines: LineNode;
  /** Variables of the environment that were used. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names at the top level that a Python config only imported. */
  readonly importedNames: ReadonlySet<string>;
}

/**
 * Reads a config file with its bases: `_base_`, `_delete_`, `{{ }}` placeholders, all by mmengine's rules. JSON, YAML
 * and Python configs are data, of which nothing is executed; a module (`.js`, `.ts`) is imported.
 *
 * @throws ConfigError `parse-error`, `config-not-found`, `config-unreadable`, `unknown-format`, `circular-base` naming
 * the circle, `duplicate-base-key`, `bad-merge`, `unset-variable`, `unknown-base-value`, `outside-root`.
 * @example const { value, origin } = await loadConfigFile('configs/init.yaml');
 */
export async function loadConfigFile(path: string, options: LoadFileOptions = {}): Promise<LoadedFile> {
  return loadWith(options, path, (loader) => loader.loadFile(path, options.format));
}

/** Loads by one of the loader's ways, with options worked out. */
export async function loadWith(
  options: LoadFileOptions,
  file: string | undefined,
  load: (loader: SourceLoader) => ReturnType<SourceLoader['loadFile']>,
): Promise<LoadedFile> {
  const host = options.host ?? (await nodeConfigHost());
  const { dialect = 'strict', onWarning = warnOnConsole } = options;
  const loader = new SourceLoader(new SourceFiles(host, options), { ...options, dialect, warn: onWarning });
  const { located, importedNames } = await load(loader);
  const { value, lines } = located;
  return {
    file,
    value,
    lines,
    origin: (part) => originIn(lines, part, file),
    environment: loader.environment,
    importedNames,
  };
}

function warnOnConsole({ message, origin }: ConfigWarning): void {
  const place = formatOrigin(origin);
  console.warn(place === '' ? message : `${message} [in ${place}]`);
}
