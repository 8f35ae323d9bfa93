import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Catalog, CatalogEntry, CatalogRegistry } from '../catalog/catalog.js';
import { compare } from '../catalog/catalog-view.js';
import { CodegenError } from '../errors.js';
import { type EntryContext, readEntry } from './entry.js';
import { type PackageFolder, Packages } from './packages.js';
import { Problems } from './problems.js';
import { type Registration, RegistrationFinder } from './registrations.js';
import { Registries } from './registries.js';
import { staticValue } from './static-value.js';
import { Project, type SourceFile, ts } from './ts-morph.js';

/** Where the sources are. */
export interface ProjectOptions {
  /** Path of the tsconfig. */
  readonly tsconfig: string;
  /** Folder of generated files, which are not read. */
  readonly out: string;
}

/** What the sources of a package tell. */
export interface ReadProject {
  readonly catalog: Catalog;
  /** Catalogs of the packages whose registries it uses. */
  readonly imported: readonly Catalog[];
  /** Folder of the package, absolute. */
  readonly root: string;
}

/** Tests register classes that are nobody else's business. */
const TESTS = /\.(test|spec|test-d)\.[cm]?tsx?$/;

/** The sources of one package: read once, and again as they change. */
export class SourceProject {
  readonly #project: Project;
  readonly #home: PackageFolder;
  readonly #packages = new Packages();
  readonly #out: string;
  readonly #tsconfig: string;

  /** @throws CodegenError `no-tsconfig`, `bad-tsconfig`, `no-package`. */
  constructor({ tsconfig, out }: ProjectOptions) {
    this.#tsconfig = resolve(tsconfig);
    this.#out = `${resolve(out).replaceAll('\\', '/')}/`;
    if (!existsSync(this.#tsconfig)) {
      throw new CodegenError({
        code: 'no-tsconfig',
        what: `'${tsconfig}' does not exist`,
        expected: 'the tsconfig.json of the sources',
        fix: 'name it with --project',
      });
    }
    checkTsconfig(this.#tsconfig, tsconfig);
    const home = this.#packages.of(this.#tsconfig);
    if (home === undefined) {
      throw new CodegenError({
        code: 'no-package',
        what: `there is no package.json with a name at or above '${tsconfig}'`,
        fix: 'run npm init in the folder of the package',
      });
    }
    this.#home = home;
    this.#project = new Project({
      tsConfigFilePath: this.#tsconfig,
      // Only registrations and their types are asked for; what else there is to check is tsc's.
      compilerOptions: { skipLibCheck: true, incremental: false, composite: false, noEmit: true, types: [] },
    });
  }

  /** Folder of the sources, to be watched. */
  get folder(): string {
    return dirname(this.#tsconfig);
  }

  /** Takes in what changed on disk: files that are new, changed or gone. */
  refresh(files: readonly string[]): void {
    for (const path of files) {
      const known = this.#project.getSourceFile(path);
      if (!existsSync(path)) known?.forget();
      else if (known !== undefined) known.refreshFromFileSystemSync();
      else if (this.#isIncluded(path)) this.#project.addSourceFileAtPath(path);
    }
  }

  /** @throws CodegenError with every mistake in the sources. */
  read(): ReadProject {
    const files = this.#files();
    const problems = new Problems(this.#home);
    this.#checkSyntax(files, problems);
    const checker = this.#project.getTypeChecker().compilerObject;
    const registries = new Registries(this.#home, this.#packages, problems, checker);
    const registrations = new RegistrationFinder(registries, problems).in(files);
    for (const name of this.#home.dependencies) this.#useDependency(name, registries);
    const context: EntryContext = { home: this.#home, checker, problems, registries };
    const made = registries.madeIn(files).map(({ registry }) => registry);
    const catalog = this.#catalog(registrations, made, context);
    problems.throwIfAny();
    return { catalog, imported: registries.used, root: this.#home.folder };
  }

  #files(): readonly SourceFile[] {
    return this.#project
      .getSourceFiles()
      .filter((file) => {
        const path = file.getFilePath();
        const isOurs = path.startsWith(`${this.#home.folder}/`) && !path.includes('/node_modules/');
        return isOurs && !file.isDeclarationFile() && !path.startsWith(this.#out) && !TESTS.test(path);
      })
      .sort((a, b) => compare(a.getFilePath(), b.getFilePath()));
  }

  #isIncluded(path: string): boolean {
    const { config } = ts.readConfigFile(this.#tsconfig, ts.sys.readFile);
    const { fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, this.folder);
    return fileNames.some((name) => resolve(name) === resolve(path));
  }

  #checkSyntax(files: readonly SourceFile[], problems: Problems): void {
    const program = this.#project.getProgram();
    for (const file of files) {
      const [first] = program.getSyntacticDiagnostics(file);
      if (first === undefined) continue;
      const start = first.getStart();
      const node = file.getDescendantAtPos(start) ?? file;
      const message = ts.flattenDiagnosticMessageText(first.compilerObject.messageText, ' ');
      problems.add(node, {
        code: 'syntax-error',
        what: `the source is not TypeScript: ${message}`,
        fix: 'mend it first',
      });
    }
    // What follows a mistake would be told as mistakes too.
    problems.throwIfAny();
  }

  #useDependency(name: string, registries: Registries): void {
    const found = this.#packages.find(name, this.#home);
    const catalog = found === undefined ? undefined : this.#packages.catalogOf(found);
    if (found !== undefined && catalog !== undefined) registries.use(catalog, found);
  }

  #catalog(
    registrations: readonly Registration[],
    made: readonly Omit<CatalogRegistry, 'entries'>[],
    context: EntryContext,
  ): Catalog {
    const registries = new Map(made.map((registry) => [registry.id, registry]));
    for (const { found } of registrations) registries.set(found.registry.id, found.registry);
    const entries = new Map<string, CatalogEntry[]>();
    for (const row of withoutDuplicates(registrations, context.problems)) {
      const { id } = row.found.registry;
      entries.set(id, [...(entries.get(id) ?? []), readEntry(row, context)]);
    }
    const sorted = [...registries.values()].sort((a, b) => compare(a.id, b.id));
    return {
      catalog: 1,
      package: this.#home.name,
      registries: sorted.map(({ ...registry }) => ({
        ...withoutEntries(registry),
        entries: (entries.get(registry.id) ?? []).sort((a, b) => compare(a.name, b.name)),
      })),
    };
  }
}

/** A registry from another package's catalog comes with that package's entries. */
function withoutEntries(registry: Omit<CatalogRegistry, 'entries'>): Omit<CatalogRegistry, 'entries'> {
  const { entries: _entries, ...rest } = registry as CatalogRegistry;
  return rest;
}

/** Tells of names that are taken twice in one registry. */
function withoutDuplicates(registrations: readonly Registration[], problems: Problems): readonly Registration[] {
  const owners = new Map<string, Registration>();
  return registrations.filter((row) => {
    const { found, names, place } = row;
    const taken = replaces(row) ? undefined : names.find((name) => owners.has(`${found.registry.id}#${name}`));
    for (const name of names) {
      const key = `${found.registry.id}#${name}`;
      if (!owners.has(key)) owners.set(key, row);
    }
    const owner = taken === undefined ? undefined : owners.get(`${found.registry.id}#${taken}`);
    if (owner === undefined) return true;
    problems.add(place, {
      code: 'duplicate-name',
      subject: taken ?? '',
      what: `'${taken}' is registered in '${found.registry.name}' already, at ${problems.placeOf(owner.place)}`,
      fix: 'give one of them another name',
    });
    return false;
  });
}

/** Whether it was told `force: true`. */
function replaces({ settings }: Registration): boolean {
  const { value } = staticValue(settings);
  return typeof value === 'object' && value !== null && 'force' in value && value.force === true;
}

function checkTsconfig(path: string, shown: string): void {
  const { error } = ts.readConfigFile(path, ts.sys.readFile);
  if (error === undefined) return;
  throw new CodegenError({
    code: 'bad-tsconfig',
    what: `'${shown}' cannot be read: ${ts.flattenDiagnosticMessageText(error.messageText, ' ')}`,
    expected: 'a tsconfig.json',
  });
}
