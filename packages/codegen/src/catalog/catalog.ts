import type { OptionsSchema } from '@incipit/registry';

/**
 * All that is known of the registries of one package, as JSON-safe data: what sources are read into, what every file is
 * written from, and what a package ships, so that those who depend on it need not read its sources. It holds no path of
 * a machine and no line number, and its order does not depend on that of the sources.
 */
export interface Catalog {
  /** Version of this format. */
  readonly catalog: 1;
  /** Name of the package in its package.json. */
  readonly package: string;
  /** Where its generated builders can be imported from: `@incipit/core/builders`. */
  readonly builders?: string;
  /** Sorted by id. Those of other packages that get entries here are among them, with these entries only. */
  readonly registries: readonly CatalogRegistry[];
}

/** One registry. */
export interface CatalogRegistry {
  /** `@incipit/core#WEIGHT_INITIALIZERS`: the package that makes it, and the name that it exports it by. */
  readonly id: string;
  /** The registry's own name: `weight initializer`. */
  readonly name: string;
  readonly scope: string;
  /** Id of the parent. */
  readonly parent?: string;
  /** Where generated code of the same package, or of others, imports it from; absent where nothing exports it. */
  readonly module?: ModuleReference;
  /** Name of its builders: `init` in `init.kaiming()`. Below a parent the parent's and the scope: `models.tfjs`. */
  readonly builders: string;
  /** Keys that each of its config nodes may have beside the options of its type; whoever builds reads them. */
  readonly nodeOptions?: OptionsSchema;
  /** What it holds, in one sentence. */
  readonly description?: string;
  /** Sorted by name. */
  readonly entries: readonly CatalogEntry[];
}

/** One class or function in a registry. */
export interface CatalogEntry {
  /** The name that it has first: `Kaiming`. */
  readonly name: string;
  /** Its other names, sorted. */
  readonly aliases?: readonly string[];
  /** Where it is exported; absent for what is registered in a loop or is not exported: then builders have no class. */
  readonly module?: ModuleReference;
  /** Text of its TSDoc, without tags. */
  readonly description?: string;
  /** Code of its `@example`s. */
  readonly examples?: readonly string[];
  /** Text of its `@deprecated`. */
  readonly deprecated?: string;
  /** Options in the order of their declaration; absent where any options go. */
  readonly options?: OptionsSchema;
  /** Options of `@configOnly`: written in configs as anything, and left to whoever builds. */
  readonly configOnly?: readonly string[];
}

/** An export of a module. */
export interface ModuleReference {
  /** For a file of this package, relative to the package's root with `/`: `src/my-init.ts`; else a package's subpath. */
  readonly specifier: string;
  /** The name exported. */
  readonly name: string;
}
