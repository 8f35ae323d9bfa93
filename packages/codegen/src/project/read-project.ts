import type { Catalog } from '../catalog/catalog.js';
import { CodegenError } from '../errors.js';

/** Which sources are read. */
export interface ProjectOptions {
  /** Path of the tsconfig.json: its files, and those that they import, are read. */
  readonly tsconfig: string;
  /** Files and folders that are not read, such as the folder of the generated files. */
  readonly exclude?: readonly string[];
}

/** What a project registers, and what it can build on. */
export interface ProjectCatalogs {
  readonly catalog: Catalog;
  /** Catalogs that dependencies ship, sorted by package. */
  readonly imported: readonly Catalog[];
  /** Folder of the package's package.json: module specifiers of the catalog start there. Absolute. */
  readonly root: string;
  /** The package's own source files, absolute and sorted: what to watch. */
  readonly sources: readonly string[];
}

/**
 * Reads a project's sources: every class and function that is registered, and the types of their options.
 *
 * @throws CodegenError with all that is wrong as `problems`.
 */
export function readProject(options: ProjectOptions): ProjectCatalogs {
  return new ProjectReader(options).read();
}

/** Reads a project again and again, quickly, as its files change. */
export class ProjectReader {
  readonly #options: ProjectOptions;

  constructor(options: ProjectOptions) {
    this.#options = options;
  }

  /** @throws CodegenError with all that is wrong as `problems`. */
  read(): ProjectCatalogs {
    throw new CodegenError({ code: 'not-implemented', what: `Reading ${this.#options.tsconfig} is not written yet` });
  }

  /** Says that files were changed, made or removed since the last reading. */
  change(_files: readonly string[]): void {}
}
