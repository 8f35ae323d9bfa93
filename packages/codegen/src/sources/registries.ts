import type { Problem } from '@incipit/registry';
import { camelCase } from '../catalog/camel-case.js';
import type { Catalog, CatalogRegistry, ModuleReference } from '../catalog/catalog.js';
import { docsOf } from './doc-tags.js';
import type { RegistryNames } from './nested-config.js';
import type { PackageFolder, Packages } from './packages.js';
import { type Problems, relativePath } from './problems.js';
import { staticValue, UNKNOWN } from './static-value.js';
import { Node, type SourceFile, type TsSymbol, type ts } from './ts-morph.js';

/** A registry, and the package that makes it. */
export interface FoundRegistry {
  readonly registry: Omit<CatalogRegistry, 'entries'>;
  readonly home: PackageFolder;
}

type Refusal = Omit<Problem, 'origin' | 'subject'>;

const LIBRARY = '@incipit/registry';

/** Registries by the constants that hold them: of the sources, and of packages that ship a catalog. */
export class Registries implements RegistryNames {
  readonly #home: PackageFolder;
  readonly #packages: Packages;
  readonly #problems: Problems;
  readonly #checker: ts.TypeChecker;
  readonly #found = new Map<Node, FoundRegistry | undefined>();
  /** Why a registry that there is cannot be used. */
  readonly #refused = new Map<Node, Refusal>();
  readonly #used = new Map<string, Catalog>();

  constructor(home: PackageFolder, packages: Packages, problems: Problems, checker: ts.TypeChecker) {
    this.#home = home;
    this.#packages = packages;
    this.#problems = problems;
    this.#checker = checker;
  }

  /** Catalogs of other packages that were needed. */
  get used(): readonly Catalog[] {
    return [...this.#used.values()];
  }

  nameOf(expression: Node): string | undefined {
    return this.of(expression)?.registry.name;
  }

  /** The registry that an expression stands for. */
  of(expression: Node): FoundRegistry | undefined {
    const symbol = expression.getSymbol();
    const target = symbol?.getAliasedSymbol() ?? symbol;
    const found = target === undefined ? undefined : this.#ofSymbol(target);
    if (found === undefined || found.home.folder === this.#home.folder) return found;
    const module = this.#importOf(expression) ?? { specifier: found.home.name, name: target?.getName() ?? '' };
    return { ...found, registry: { ...found.registry, module } };
  }

  /** Tells at `place` why an expression is no registry that can be used. */
  refuse(expression: Node, place: Node): void {
    const symbol = expression.getSymbol();
    const declaration = (symbol?.getAliasedSymbol() ?? symbol)?.getValueDeclaration();
    const refusal = declaration === undefined ? undefined : this.#refused.get(declaration);
    this.#problems.add(
      place,
      refusal ?? {
        code: 'unknown-registry',
        what: `${expression.getText()} is a registry of which it is not known where it is made`,
        expected: 'a constant made with new Registry(…)',
        fix: 'register in the constant itself; what is registered in loops and functions needs a catalog of its own',
      },
    );
  }

  /** How the source itself imports what an expression names. */
  #importOf(expression: Node): ModuleReference | undefined {
    const isMember = Node.isPropertyAccessExpression(expression);
    const holder = isMember ? expression.getExpression() : expression;
    const [declaration] = holder.getSymbol()?.getDeclarations() ?? [];
    const statement = declaration?.getFirstAncestor((node) => Node.isImportDeclaration(node));
    if (!Node.isImportDeclaration(statement)) return undefined;
    const name = isMember
      ? expression.getName()
      : Node.isImportSpecifier(declaration)
        ? declaration.getName()
        : undefined;
    if (name === undefined) return undefined;
    const file = statement.isModuleSpecifierRelative() ? statement.getModuleSpecifierSourceFile() : undefined;
    const specifier =
      file === undefined ? statement.getModuleSpecifierValue() : relativePath(this.#home.folder, file.getFilePath());
    return { specifier, name };
  }

  /** Every registry that these files make in a constant of their own. */
  madeIn(files: readonly SourceFile[]): readonly FoundRegistry[] {
    return files.flatMap((file) =>
      file.getVariableDeclarations().flatMap((declaration) => {
        if (!Node.isNewExpression(unwrapped(declaration.getInitializer()))) return [];
        const symbol = declaration.getSymbol();
        const found = symbol === undefined ? undefined : this.#ofSymbol(symbol);
        return found === undefined ? [] : [found];
      }),
    );
  }

  #ofSymbol(symbol: TsSymbol): FoundRegistry | undefined {
    const declaration = symbol.getValueDeclaration();
    if (declaration === undefined) return undefined;
    if (!this.#found.has(declaration)) {
      // A registry that is its own parent, in broken sources.
      this.#found.set(declaration, undefined);
      this.#found.set(declaration, this.#read(declaration, symbol));
    }
    return this.#found.get(declaration);
  }

  #read(declaration: Node, symbol: TsSymbol): FoundRegistry | undefined {
    const home = this.#packages.of(declaration.getSourceFile().getFilePath());
    if (home === undefined || home.folder === this.#home.folder) return this.#readSource(declaration, symbol);
    return this.#readCatalog(home, declaration, symbol);
  }

  #readSource(declaration: Node, symbol: TsSymbol): FoundRegistry | undefined {
    if (!Node.isVariableDeclaration(declaration) && !Node.isPropertyDeclaration(declaration)) return undefined;
    const made = unwrapped(declaration.getInitializer());
    if (made === undefined) return undefined;
    // Another name for the same one.
    if (!Node.isNewExpression(made))
      return Node.isIdentifier(made) || Node.isPropertyAccessExpression(made) ? this.of(made) : undefined;
    if (!this.#isRegistryClass(made.getExpression())) return undefined;
    const [nameNode, options] = made.getArguments();
    const name = staticValue(nameNode).value;
    if (typeof name !== 'string') {
      this.#problems.add(made, {
        code: 'dynamic-registry',
        what: `the registry '${symbol.getName()}' has a name that is not known before it runs`,
        expected: 'a string',
      });
      return undefined;
    }
    return { registry: this.#describe(declaration, symbol, { name, options }), home: this.#home };
  }

  #describe(
    declaration: Node,
    symbol: TsSymbol,
    { name, options }: { readonly name: string; readonly options: Node | undefined },
  ): FoundRegistry['registry'] {
    const { value } = staticValue(options);
    const given = (typeof value === 'object' && value !== null ? value : {}) as { readonly scope?: unknown };
    const scope = typeof given.scope === 'string' ? given.scope : name;
    const parent = this.#parentOf(options);
    const docs = docsOf(symbol, this.#checker);
    const module = exportOf(declaration, symbol, this.#home);
    const builders = docs.tags.get('builders')?.[0] || camelCase(symbol.getName());
    const nodeOptions = this.#nodeOptions(declaration, docs.tags.get('nodeOptions')?.[0]);
    return {
      id: `${this.#home.name}#${module?.name ?? symbol.getName()}`,
      name,
      scope,
      ...(parent === undefined ? {} : { parent: parent.registry.id }),
      ...(module === undefined ? {} : { module }),
      builders: parent === undefined ? builders : `${parent.registry.builders}.${scope}`,
      ...(nodeOptions === undefined ? {} : { nodeOptions }),
      ...(docs.text === '' ? {} : { description: docs.text }),
    };
  }

  #parentOf(options: Node | undefined): FoundRegistry | undefined {
    if (options === undefined || !Node.isObjectLiteralExpression(options)) return undefined;
    const property = options.getProperty('parent');
    if (Node.isPropertyAssignment(property)) {
      const initializer = property.getInitializer();
      return initializer === undefined ? undefined : this.of(initializer);
    }
    if (!Node.isShorthandPropertyAssignment(property)) return undefined;
    const symbol = property.getValueSymbol();
    const target = symbol?.getAliasedSymbol() ?? symbol;
    return target === undefined ? undefined : this.#ofSymbol(target);
  }

  /** `@nodeOptions NAME` names a constant of the same file. */
  #nodeOptions(declaration: Node, name: string | undefined): CatalogRegistry['nodeOptions'] | undefined {
    if (name === undefined || name === '') return undefined;
    const constant = declaration.getSourceFile().getVariableDeclaration(name);
    const { value, partial } = staticValue(constant?.getInitializer());
    if (value !== UNKNOWN && !partial) return value as NonNullable<CatalogRegistry['nodeOptions']>;
    this.#problems.add(declaration, {
      code: 'bad-tag',
      what: `@nodeOptions names '${name}', which is no constant of this file`,
      expected: 'a constant of the type OptionsSchema',
    });
    return undefined;
  }

  #readCatalog(home: PackageFolder, declaration: Node, symbol: TsSymbol): FoundRegistry | undefined {
    if (!this.#isRegistryType(declaration)) return undefined;
    const catalog = this.#packages.catalogOf(home);
    const id = `${home.name}#${symbol.getName()}`;
    const registry = catalog?.registries.find((known) => known.id === id);
    if (catalog !== undefined && registry !== undefined) {
      this.use(catalog, home);
      return { registry, home };
    }
    this.#refused.set(declaration, {
      code: 'no-catalog',
      what:
        catalog === undefined
          ? `the package '${home.name}' has the registry '${symbol.getName()}' and ships no catalog of it`
          : `the catalog of the package '${home.name}' does not have its registry '${symbol.getName()}'`,
      expected: '"incipit": { "catalog": "…" } in its package.json',
      fix: 'have that package run incipit codegen and ship the catalog.json that it writes',
    });
    return undefined;
  }

  /** Whether a declaration is a class of our registry's package, wherever it is installed. */
  isLibraryClass(declaration: Node | undefined, name: string): boolean {
    if (!Node.isClassDeclaration(declaration) || declaration.getName() !== name) return false;
    return this.#packages.of(declaration.getSourceFile().getFilePath())?.name === LIBRARY;
  }

  /** Whether an expression is the class Registry, or one that extends it. */
  #isRegistryClass(expression: Node): boolean {
    const symbol = expression.getSymbol();
    const declaration = (symbol?.getAliasedSymbol() ?? symbol)?.getValueDeclaration();
    if (!Node.isClassDeclaration(declaration)) return false;
    if (this.isLibraryClass(declaration, 'Registry')) return true;
    const base = declaration.getExtends()?.getExpression();
    return base !== undefined && this.#isRegistryClass(base);
  }

  #isRegistryType(declaration: Node): boolean {
    const classes = [declaration.getType(), ...declaration.getType().getBaseTypes()];
    return classes.some((type) => {
      const declared = type.getSymbol()?.getDeclarations() ?? [];
      return declared.some((node) => this.isLibraryClass(node, 'Registry'));
    });
  }

  /** Takes a package's catalog in, and those of the packages that its registries hang below. */
  use(catalog: Catalog, from: PackageFolder): void {
    if (this.#used.has(catalog.package) || catalog.package === this.#home.name) return;
    this.#used.set(catalog.package, catalog);
    for (const { id, parent } of catalog.registries) {
      for (const name of [id, parent ?? ''].map((text) => text.slice(0, Math.max(0, text.indexOf('#'))))) {
        const found = name === '' || name === catalog.package ? undefined : this.#packages.find(name, from);
        const other = found === undefined ? undefined : this.#packages.catalogOf(found);
        if (found !== undefined && other !== undefined) this.use(other, found);
      }
    }
  }
}

/** The expression without what only types see. */
export function unwrapped(node: Node | undefined): Node | undefined {
  if (Node.isAsExpression(node) || Node.isSatisfiesExpression(node) || Node.isParenthesizedExpression(node)) {
    return unwrapped(node.getExpression());
  }
  return node;
}

/** How other files can import a declaration of the package's own. */
export function exportOf(declaration: Node, symbol: TsSymbol, home: PackageFolder): ModuleReference | undefined {
  const file = declaration.getSourceFile();
  const name = file
    .getSymbol()
    ?.getExports()
    .find((exported) => (exported.getAliasedSymbol() ?? exported) === symbol)
    ?.getName();
  if (name === undefined || name === 'default') return undefined;
  return { specifier: relativePath(home.folder, file.getFilePath()), name };
}
