/** What the loader needs of its surroundings. Node's is built in; a browser brings its own. */
export interface ConfigHost {
  /** The absolute path of a file, with `/` between its parts and without `.` and `..`. */
  absolute(path: string): string;
  /**
   * The path of the file itself, once all symbolic links are followed. It tells whether two names mean one file.
   *
   * @throws an error whose `code` is `ENOENT` when there is no such file.
   */
  realpath(absolute: string): Promise<string>;
  /** The text of a file, at most `maxLength` UTF-16 units of it; more is an error. */
  readText(realpath: string, maxLength: number): Promise<string>;
  /** A variable of the environment. */
  environment(name: string): string | undefined;
  /** What a module of JavaScript or TypeScript exports. Absent: such configs are refused. */
  importModule?(realpath: string): Promise<Readonly<Record<string, unknown>>>;
}

/** A file in a package, as `package::path` and the absolute imports of Python configs name it. */
export interface PackageFile {
  readonly package: string;
  /** Relative to the package's folder of configs (`config`), or to the package itself (`module`). */
  readonly path: string;
  readonly kind: 'config' | 'module';
}

/** Finds the file of a package, or says undefined when it is not there. */
export type PackageResolver = (file: PackageFile) => string | undefined | Promise<string | undefined>;

/** What Node's host may take from elsewhere than the process. */
export interface NodeHostOptions {
  /** Folder from which relative paths are taken. Default: the current one. */
  readonly cwd?: string;
  /** Environment instead of the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}
