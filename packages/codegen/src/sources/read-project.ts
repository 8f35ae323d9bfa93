import type { Catalog, CatalogEntry, CatalogRegistry } from '../catalog/catalog.js';
import { EntryReader, type FoundEntry } from './entries.js';
import { NestedConfigs } from './nested-config.js';
import { OptionTypes } from './option-type.js';
import { findRegistrations } from './registrations.js';
import { Registries, type RegistryFacts } from './registries.js';
import { SourceReader, type Sources } from './sources.js';

/** Which sources are read. */
export interface ProjectOptions {
  /** Path of the tsconfig.json: its files, and those that they import, are read. Tests (`*.test.ts`) are not. */
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
  readonly #reader: SourceReader;

  constructor({ tsconfig, exclude = [] }: ProjectOptions) {
    this.#reader = new SourceReader(tsconfig, exclude);
  }

  /** @throws CodegenError with all that is wrong as `problems`. */
  read(): ProjectCatalogs {
    const sources = this.#reader.read();
    const catalog = readCatalog(sources);
    sources.problems.check();
    const { own, packages, files } = sources;
    const imported = packages.catalogs.filter((other) => other.package !== own.name);
    return { catalog, imported, root: own.folder, sources: files.map(({ fileName }) => fileName) };
  }

  /** Says that files were changed, made or removed since the last reading. */
  change(files: readonly string[]): void {
    this.#reader.change(files);
  }
}

function readCatalog(sources: Sources): Catalog {
  sources.packages.readDependencies(sources.own);
  const registries = new Registries(sources);
  const reader = new EntryReader(sources, new OptionTypes(sources, new NestedConfigs(sources, registries)));
  const entries = new Map<string, { readonly facts: RegistryFacts; readonly found: FoundEntry[] }>();
  for (const registration of findRegistrations(sources, registries)) {
    const facts = registries.resolve(registration.registry);
    const entry = reader.read(registration);
    if (facts === undefined || entry === undefined) continue;
    const known = entries.get(facts.id) ?? { facts, found: [] };
    known.found.push(entry);
    entries.set(facts.id, known);
  }
  const all = new Map(registries.own.map((facts) => [facts.id, { facts, found: [] as FoundEntry[] }]));
  for (const [id, known] of entries) all.set(id, known);
  const rows = [...all.values()].map(({ facts, found }) => withEntries(facts, found, sources));
  return { catalog: 1, package: sources.own.name, registries: sortBy(rows, ({ id }) => id) };
}

function withEntries(facts: RegistryFacts, found: readonly FoundEntry[], sources: Sources): CatalogRegistry {
  const taken = new Map<string, string>();
  for (const catalog of sources.packages.catalogs) {
    if (catalog.package === sources.own.name) continue;
    for (const registry of catalog.registries.filter(({ id }) => id === facts.id)) {
      for (const name of registry.entries.flatMap(namesOf)) taken.set(name, `by ${catalog.package}`);
    }
  }
  const entries: CatalogEntry[] = [];
  // Those that replace others come after them.
  for (const { entry, at, force } of [...found].sort((a, b) => Number(a.force) - Number(b.force))) {
    const clash = force ? undefined : namesOf(entry).find((name) => taken.has(name));
    if (clash === undefined) {
      const names = namesOf(entry);
      if (force) removeNames(entries, names);
      for (const name of names) taken.set(name, `at ${sources.problems.placeOf(at)}`);
      entries.push(entry);
      continue;
    }
    sources.problems.add({
      code: 'duplicate-name',
      subject: clash,
      what: `'${clash}' is registered twice in the registry '${facts.name}': here and ${taken.get(clash)}`,
      fix: 'give one of them another name, or say { force: true } to replace the other',
      origin: sources.problems.origin(at),
    });
  }
  return { ...facts, entries: sortBy(entries, ({ name }) => name) };
}

/** Takes entries that are replaced away. */
function removeNames(entries: CatalogEntry[], names: readonly string[]): void {
  for (let i = entries.length - 1; i >= 0; i--) {
    const [name, ...aliases] = namesOf(entries[i] as CatalogEntry).filter((item) => !names.includes(item));
    if (name === undefined) entries.splice(i, 1);
    else {
      const { aliases: _, ...rest } = entries[i] as CatalogEntry;
      entries[i] = { ...rest, name, ...(aliases.length === 0 ? {} : { aliases }) };
    }
  }
}

function namesOf({ name, aliases = [] }: CatalogEntry): readonly string[] {
  return [name, ...aliases];
}

function sortBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...items].sort((a, b) => (key(a) === key(b) ? 0 : key(a) < key(b) ? -1 : 1));
}
