import { ConfigError, type ConfigOrigin } from '../errors.js';
import { folderOf, isAbsolute, isInside, joinPath } from './file-path.js';
import type { ConfigHost, PackageFile, PackageResolver } from './host.js';
import { MAX_TEXT_LENGTH } from './limits.js';
import { parseError } from './parse-error.js';
import { formatOfFile, hasKnownEnding, type SourceFormat } from './source-readers.js';

/** A file that is there. */
export interface SourceFile {
  /** As the user named it, or as seen from the file that names it. */
  readonly name: string;
  /** Absolute path of that name. */
  readonly absolute: string;
  /** Path of the file itself, symbolic links followed: equal for two names of one file. */
  readonly id: string;
}

/** Which files may be read. */
export interface FileOptions {
  /** Folder that no config may lead out of, by `..`, by an absolute path or by a symbolic link. */
  readonly root?: string;
  readonly resolvePackage?: PackageResolver;
}

/** Where a reference to another file stands. */
interface Referrer {
  readonly file: string | undefined;
  readonly chain: readonly SourceFile[];
}

/** Finds and reads files. */
export class SourceFiles {
  readonly host: ConfigHost;
  readonly #options: FileOptions;
  #root: Promise<readonly string[]> | undefined;

  constructor(host: ConfigHost, options: FileOptions = {}) {
    this.host = host;
    this.#options = options;
  }

  /**
   * @param from where the name is written; undefined for a name that the user gave.
   * @throws ConfigError `config-not-found`, `config-unreadable`, `outside-root`.
   */
  async find(name: string, from: ConfigOrigin | undefined): Promise<SourceFile> {
    const absolute = this.host.absolute(name);
    const origin = from ?? { file: name };
    const roots = await this.#roots();
    if (roots !== undefined && !roots.some((root) => isInside(absolute, root))) throw outside(name, origin);
    let id: string;
    try {
      id = await this.host.realpath(absolute);
    } catch (cause) {
      throw readError(name, from, cause);
    }
    if (roots !== undefined && !roots.some((root) => isInside(id, root))) throw outside(name, origin);
    return { name, absolute, id };
  }

  /** The file that an entry of `_base_` names, and the scope that a package gives it. */
  async findBase(
    path: string,
    origin: ConfigOrigin,
    { file }: Referrer,
  ): Promise<{ readonly file: SourceFile; readonly scope?: string }> {
    const from = { ...origin, key: '_base_' };
    const mark = path.indexOf('::');
    if (mark === -1) return { file: await this.find(joinPath(folderOf(file ?? ''), path), from) };
    const [scope, inner] = [path.slice(0, mark), path.slice(mark + 2)];
    if (!/^[\w.-]+$/.test(scope) || !inner.includes('/') || inner.includes('::') || isAbsolute(inner)) {
      const what = `'${path}' is no path in a package`;
      throw new ConfigError({ code: 'bad-package-path', what, expected: 'package::folder/file.yaml', origin: from });
    }
    const found = await this.#inPackage({ package: scope, path: inner, kind: 'config' }, from);
    return { file: await this.find(found, from), scope };
  }

  /** The file behind `from ..a.b import …`. */
  async findModule(module: string, origin: ConfigOrigin, from: SourceFile | undefined): Promise<SourceFile> {
    const level = /^\.*/.exec(module)?.[0].length ?? 0;
    const parts = module.slice(level).split('.');
    if (parts.some((part) => part === '')) {
      throw new ConfigError({ code: 'bad-base', what: `'${module}' names no config file`, origin });
    }
    if (level > 0) {
      const up = '../'.repeat(level - 1);
      return this.find(joinPath(folderOf(from?.name ?? ''), `${up}${parts.join('/')}.py`), origin);
    }
    const [name = '', ...rest] = parts;
    if (rest.length === 0) {
      const what = `'${module}' is a package, not a config file in one`;
      throw new ConfigError({ code: 'bad-base', what, expected: 'package.configs.name', origin });
    }
    const file = await this.#inPackage({ package: name, path: `${rest.join('/')}.py`, kind: 'module' }, origin);
    return this.find(file, origin);
  }

  /** @throws ConfigError `unknown-format`, `module-in-data`; what {@link SourceFiles.text} throws. */
  async formatOf(file: SourceFile, chain: readonly SourceFile[]): Promise<SourceFormat | 'module'> {
    const from = chain.at(-1);
    // What cannot be read at all, a folder for instance, is told before its name is.
    if (!hasKnownEnding(file.name)) await this.text(file, from);
    const format = formatOfFile(file.name);
    if (format !== 'module' || from === undefined || formatOfFile(from.name) === 'module') return format;
    throw new ConfigError({
      code: 'module-in-data',
      what: `'${file.name}' is code, and a config that is data may not run it`,
      fix: 'write the base as JSON or YAML, or the config itself as a module',
      origin: { file: from.name, key: '_base_' },
    });
  }

  /** @throws ConfigError `config-unreadable`, `parse-error` for what is no text. */
  async text(file: SourceFile, from: SourceFile | undefined): Promise<string> {
    try {
      return await this.host.readText(file.id, MAX_TEXT_LENGTH);
    } catch (cause) {
      if ((cause as { readonly code?: unknown }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
        throw parseError(file.name, { what: 'The file is no UTF-8 text', line: 1, fix: 'save it as UTF-8', cause });
      }
      throw readError(file.name, from === undefined ? undefined : { file: from.name, key: '_base_' }, cause);
    }
  }

  async #inPackage(file: PackageFile, origin: ConfigOrigin): Promise<string> {
    const found = await this.#options.resolvePackage?.(file);
    if (found !== undefined) return found;
    throw new ConfigError({
      code: 'package-not-found',
      what: `The package '${file.package}' with its '${file.path}' is not known`,
      fix: 'pass resolvePackage, which says where the files of packages are',
      origin,
    });
  }

  /** The root as it is named, and as it is once symbolic links are followed. */
  #roots(): Promise<readonly string[]> | undefined {
    const { root } = this.#options;
    if (root === undefined) return undefined;
    const absolute = this.host.absolute(root);
    this.#root ??= this.host.realpath(absolute).then(
      (real) => [absolute, real],
      (cause: unknown) => {
        throw readError(root, undefined, cause);
      },
    );
    return this.#root;
  }
}

/**
 * The config that a module of JavaScript or TypeScript exports: its default export.
 *
 * @throws ConfigError `no-modules`, `module-failed`, `bad-config`.
 */
export async function readModuleFile(file: SourceFile, host: ConfigHost): Promise<unknown> {
  const origin = { file: file.name };
  if (host.importModule === undefined) {
    throw new ConfigError({ code: 'no-modules', what: 'Modules cannot be loaded here', origin });
  }
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await host.importModule(file.id);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError({ code: 'module-failed', what: `The module cannot be loaded: ${reason}`, origin, cause });
  }
  if (exported['default'] !== undefined) return exported['default'];
  const what = `The module '${file.name}' has no default export`;
  throw new ConfigError({ code: 'bad-config', what, fix: 'write: export default { … }', origin });
}

function outside(name: string, origin: ConfigOrigin): ConfigError {
  const what = `'${name}' leads out of the folder that configs may be read from`;
  return new ConfigError({ code: 'outside-root', what, expected: 'a file inside the root', origin });
}

function readError(file: string, from: ConfigOrigin | undefined, cause: unknown): ConfigError {
  const { code } = cause as { readonly code?: unknown };
  const missing = code === 'ENOENT' || code === 'ENOTDIR';
  const reason = cause instanceof Error ? cause.message : String(cause);
  const fix = from === undefined ? 'check the path; it is taken from the current directory' : 'check the path';
  return new ConfigError({
    code: missing ? 'config-not-found' : 'config-unreadable',
    what: missing ? `There is no config file '${file}'` : `The config file '${file}' cannot be read: ${reason}`,
    ...(missing ? { fix } : {}),
    origin: from ?? { file },
    cause,
  });
}
