import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Catalog } from '../catalog/catalog.js';
import { parseCatalog } from '../catalog/parse-catalog.js';
import { CodegenError } from '../errors.js';

/** The package that all registries come from. */
export const REGISTRY_PACKAGE = '@incipit/registry';

/** A package.json that names a package. */
export interface PackageInfo {
  readonly name: string;
  readonly folder: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Which package a file belongs to, and what packages ship. */
export class Packages {
  readonly #folders = new Map<string, PackageInfo | undefined>();
  readonly #catalogs = new Map<string, Catalog | undefined>();

  /** The package of the nearest package.json with a name. */
  of(file: string): PackageInfo | undefined {
    return this.#at(dirname(file));
  }

  /** An installed package, as Node finds it. */
  find(name: string, from: string): PackageInfo | undefined {
    for (let folder = from; ; folder = dirname(folder)) {
      const found = readPackage(join(folder, 'node_modules', name));
      if (found !== undefined) return found;
      if (dirname(folder) === folder) return undefined;
    }
  }

  /** Catalogs that have been read, sorted by package. */
  get catalogs(): readonly Catalog[] {
    const found = [...this.#catalogs.values()].filter((catalog) => catalog !== undefined);
    return found.sort((a, b) => (a.package < b.package ? -1 : 1));
  }

  /** The catalog that a package ships; undefined where it ships none. */
  catalogOf(info: PackageInfo): Catalog | undefined {
    if (this.#catalogs.has(info.name)) return this.#catalogs.get(info.name);
    const catalog = readCatalog(info);
    this.#catalogs.set(info.name, catalog);
    for (const id of (catalog?.registries ?? []).flatMap(({ id, parent = id }) => [id, parent])) {
      const other = id.slice(0, id.indexOf('#'));
      const next = other === info.name ? undefined : this.find(other, info.folder);
      if (next !== undefined) this.catalogOf(next);
    }
    return catalog;
  }

  /** Reads the catalogs of all that a package says it depends on. */
  readDependencies({ json, folder }: PackageInfo): void {
    const fields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
    const names = new Set(fields.flatMap((field) => Object.keys((json[field] as object | undefined) ?? {})));
    for (const name of [...names].sort()) {
      const found = this.find(name, folder);
      if (found !== undefined) this.catalogOf(found);
    }
  }

  #at(folder: string): PackageInfo | undefined {
    if (this.#folders.has(folder)) return this.#folders.get(folder);
    const above = dirname(folder);
    const found = readPackage(folder) ?? (above === folder ? undefined : this.#at(above));
    this.#folders.set(folder, found);
    return found;
  }
}

/** What a package.json says of codegen. */
interface Shipped {
  /** Path of the catalog inside the package. */
  readonly catalog?: string;
  /** Subpath of the generated builders. */
  readonly builders?: string;
}

function readCatalog({ name, folder, json }: PackageInfo): Catalog | undefined {
  const { catalog: path, builders } = (json['incipit'] ?? {}) as Shipped;
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(join(folder, path), 'utf8');
  } catch (cause) {
    throw new CodegenError({
      code: 'bad-catalog',
      what: `The package ${name} says that its catalog is ${path}, which cannot be read`,
      fix: `build or install ${name} again`,
      cause,
    });
  }
  const catalog = parseCatalog(text, `${name}/${path}`);
  return builders === undefined ? catalog : { ...catalog, builders: posix.join(name, builders) };
}

function readPackage(folder: string): PackageInfo | undefined {
  const path = join(folder, 'package.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // No package starts here.
    return undefined;
  }
  try {
    const json = JSON.parse(text) as Record<string, unknown>;
    return typeof json['name'] === 'string' ? { name: json['name'], folder, json } : undefined;
  } catch (cause) {
    throw new CodegenError({ code: 'bad-package-json', what: `${path} is no JSON`, fix: 'correct it', cause });
  }
}
