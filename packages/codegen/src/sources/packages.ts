import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Catalog } from '../catalog/catalog.js';
import { parseCatalog } from '../catalog/parse-catalog.js';
import { CodegenError } from '../errors.js';

/** A folder with a package.json. */
export interface PackageFolder {
  readonly name: string;
  /** Absolute, with `/`. */
  readonly folder: string;
  /** Where it ships its catalog and builders, as its package.json says. */
  readonly incipit: { readonly catalog?: string; readonly builders?: string };
  /** Names of the packages that it may import. */
  readonly dependencies: readonly string[];
}

/** Packages by folder, each read once. */
export class Packages {
  readonly #byFolder = new Map<string, PackageFolder | undefined>();
  readonly #catalogs = new Map<string, Catalog | undefined>();

  /** The package that a file belongs to. */
  of(file: string): PackageFolder | undefined {
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const found = this.#read(folder);
      if (found !== undefined) return found;
      if (folder === dirname(folder)) return undefined;
    }
  }

  /** A package that another can import by name; undefined when it is not installed. */
  find(name: string, from: PackageFolder): PackageFolder | undefined {
    for (let folder = from.folder; ; folder = dirname(folder)) {
      const place = join(folder, 'node_modules', name);
      if (existsSync(place)) return this.#read(realpathSync(place).replaceAll('\\', '/'));
      if (folder === dirname(folder)) return undefined;
    }
  }

  /** The catalog that a package ships; undefined when it ships none. @throws CodegenError `bad-catalog`. */
  catalogOf(found: PackageFolder): Catalog | undefined {
    if (!this.#catalogs.has(found.folder)) this.#catalogs.set(found.folder, readCatalog(found));
    return this.#catalogs.get(found.folder);
  }

  #read(folder: string): PackageFolder | undefined {
    if (!this.#byFolder.has(folder)) this.#byFolder.set(folder, readPackage(folder));
    return this.#byFolder.get(folder);
  }
}

interface PackageJson {
  readonly name?: unknown;
  readonly incipit?: { readonly catalog?: string; readonly builders?: string };
  readonly dependencies?: object;
  readonly devDependencies?: object;
  readonly peerDependencies?: object;
}

function readPackage(folder: string): PackageFolder | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  let data: PackageJson;
  try {
    data = JSON.parse(readFileSync(file, 'utf8')) as PackageJson;
  } catch (cause) {
    throw new CodegenError({ code: 'bad-package', what: `'${file}' is not JSON`, cause });
  }
  // Folders of build output have one too, which says no more than the kind of its modules.
  if (typeof data.name !== 'string') return undefined;
  const { incipit = {}, dependencies = {}, devDependencies = {}, peerDependencies = {} } = data;
  const names = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }).sort();
  return { name: data.name, folder: folder.replaceAll('\\', '/'), incipit, dependencies: names };
}

function readCatalog({ name, folder, incipit }: PackageFolder): Catalog | undefined {
  if (incipit.catalog === undefined) return undefined;
  const file = join(folder, incipit.catalog);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CodegenError({
      code: 'bad-catalog',
      what: `the package '${name}' says that its catalog is '${incipit.catalog}', which cannot be read`,
      fix: 'build that package, or install it again',
      cause,
    });
  }
  const catalog = parseCatalog(text, `${name}/${incipit.catalog}`);
  return incipit.builders === undefined
    ? catalog
    : { ...catalog, builders: join(name, incipit.builders).replaceAll('\\', '/') };
}
