import type { OptionsSchema } from '@incipit/registry';
import { camelCase } from '../catalog/camel-case.js';
import type { CatalogRegistry } from '../catalog/catalog.js';
import { calleeName, optionNode } from './call-arguments.js';
import { REGISTRY_PACKAGE } from './packages.js';
import type { Sources } from './sources.js';
import { evaluate, initializerOf } from './static-value.js';
import { bare, declarationOf, docText, moduleOf, symbolOf, symbolOfDeclaration, tagTexts } from './symbols.js';
import { ts } from './typescript.js';

/** A registry without its entries. */
export type RegistryFacts = Omit<CatalogRegistry, 'entries'>;

/** What mmengine's roots are called where nothing else is said. */
const ROOT_SCOPE = 'mmengine';

/** The registries of a project and of its dependencies, by the expressions that name them. */
export class Registries {
  readonly #sources: Sources;
  readonly #known = new Map<ts.Symbol, RegistryFacts | undefined>();
  readonly #own = new Map<string, { readonly facts: RegistryFacts; readonly node: ts.Node }>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Registries that the project itself makes, as far as they were met. */
  get own(): readonly RegistryFacts[] {
    return [...this.#own.values()].map(({ facts }) => facts);
  }

  /** The registry that an expression or a name stands for. What cannot be told is a problem of the sources. */
  resolve(expression: ts.Node): RegistryFacts | undefined {
    const node = ts.isExpression(expression) ? bare(expression) : expression;
    const name = ts.isPropertyAccessExpression(node) ? node.name : ts.isQualifiedName(node) ? node.right : node;
    const symbol = symbolOf(this.#sources.checker, name);
    if (symbol === undefined) return this.#unknown(node);
    if (!this.#known.has(symbol)) {
      // Against a registry that is its own parent.
      this.#known.set(symbol, undefined);
      this.#known.set(symbol, this.#find(symbol, node));
    }
    return this.#known.get(symbol);
  }

  /** Meets every registry that a variable or field of a declaration makes, whether anything is registered in it or not. */
  meet(node: ts.Node): void {
    if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name)) {
      if (this.#rootCall(node.initializer) !== undefined) {
        for (const { name } of node.name.elements) if (ts.isIdentifier(name)) this.resolve(name);
      }
      return;
    }
    const initializer = 'initializer' in node ? (node.initializer as ts.Expression | undefined) : undefined;
    if (initializer === undefined || !this.isNewRegistry(bare(initializer))) return;
    if ('name' in node) this.resolve(node.name as ts.Node);
  }

  isNewRegistry(node: ts.Node): node is ts.NewExpression {
    return ts.isNewExpression(node) && this.#isRegistryClass(symbolOf(this.#sources.checker, calleeName(node)), 0);
  }

  #isRegistryClass(symbol: ts.Symbol | undefined, depth: number): boolean {
    const node = declarationOf(symbol);
    if (node === undefined || !ts.isClassDeclaration(node) || depth > 16) return false;
    if (node.name?.text === 'Registry' && this.#packageOf(node) === REGISTRY_PACKAGE) return true;
    const base = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
    return base !== undefined && this.#isRegistryClass(symbolOf(this.#sources.checker, calleeName(base)), depth + 1);
  }

  #find(symbol: ts.Symbol, at: ts.Node): RegistryFacts | undefined {
    const node = declarationOf(symbol);
    if (node === undefined) return this.#unknown(at);
    const [named] = tagTexts(this.#sources.checker, symbol, 'registry');
    if (named !== undefined) return this.#imported(named, at);
    const home = this.#sources.packages.of(node.getSourceFile().fileName);
    const root = this.#ofRoots(symbol, node, at);
    if (root !== undefined) return root;
    if (home !== undefined && home.folder !== this.#sources.own.folder) {
      return this.#imported(`${home.name}#${symbol.name}`, at, symbol);
    }
    const initializer = initializerOf(this.#sources.checker, symbol);
    if (initializer === undefined) return this.#unknown(at);
    const made = bare(initializer);
    if (this.isNewRegistry(made)) return this.#made(symbol, node, made);
    if (ts.isIdentifier(made) || ts.isPropertyAccessExpression(made)) return this.resolve(made);
    return this.#unknown(at);
  }

  /** `new Registry(name, { scope, parent })`. */
  #made(symbol: ts.Symbol, node: ts.Declaration, made: ts.NewExpression): RegistryFacts | undefined {
    const { checker, own, problems } = this.#sources;
    const [first, second] = made.arguments ?? [];
    const name = first === undefined ? undefined : evaluate(checker, first)?.value;
    const scopeNode = optionNode(checker, second, 'scope');
    const scope = scopeNode === undefined ? name : evaluate(checker, scopeNode)?.value;
    if (typeof name !== 'string' || typeof scope !== 'string') {
      problems.add({
        code: 'bad-registry',
        subject: symbol.name,
        what: `The name and the scope of the registry ${symbol.name} cannot be told without running the program`,
        expected: 'literals or constants',
        fix: "write new Registry('name', { scope: 'scope' })",
        origin: problems.origin(made),
      });
      return undefined;
    }
    const parentNode = optionNode(checker, second, 'parent');
    const parent = parentNode === undefined ? undefined : this.resolve(parentNode);
    if (parentNode !== undefined && parent === undefined) return undefined;
    const facts = {
      id: `${own.name}#${pathOf(node)}`,
      name,
      scope,
      ...(parent === undefined ? {} : { parent: parent.id }),
    };
    return this.#keep(this.#complete(facts, symbol, parent), node);
  }

  #complete(
    facts: { readonly id: string; readonly name: string; readonly scope: string; readonly parent?: string },
    symbol: ts.Symbol,
    parent: RegistryFacts | undefined,
  ): RegistryFacts {
    const { checker } = this.#sources;
    const [named] = tagTexts(checker, symbol, 'builders');
    const module = moduleOf(this.#sources, symbol);
    const description = docText(checker, symbol);
    const nodeOptions = this.#nodeOptions(symbol);
    const plain = parent === undefined ? camelCase(symbol.name) : `${parent.builders}.${facts.scope}`;
    return {
      ...facts,
      ...(module === undefined ? {} : { module }),
      builders: named === undefined || named === '' ? plain : named,
      ...(nodeOptions === undefined ? {} : { nodeOptions }),
      ...(description === undefined ? {} : { description }),
    };
  }

  /** `@nodeOptions CONSTANT`: a schema in scope where the registry is made. */
  #nodeOptions(symbol: ts.Symbol): OptionsSchema | undefined {
    const { checker, problems } = this.#sources;
    const [name] = tagTexts(checker, symbol, 'nodeOptions');
    const node = declarationOf(symbol);
    if (name === undefined || node === undefined) return undefined;
    const found = checker.getSymbolsInScope(node, ts.SymbolFlags.Value | ts.SymbolFlags.Alias);
    const initializer = initializerOf(
      checker,
      found.find((item) => item.name === name),
    );
    const value = initializer === undefined ? undefined : evaluate(checker, initializer)?.value;
    if (typeof value === 'object' && value !== null) return value as OptionsSchema;
    problems.add({
      code: 'bad-tag',
      subject: symbol.name,
      what: `@nodeOptions of ${symbol.name} names '${name}', whose value cannot be told`,
      expected: 'the name of a constant of literals in the same file',
      fix: 'correct the name, or move the constant',
      origin: problems.origin(node),
    });
    return undefined;
  }

  /** A registry of `createRootRegistries`, taken out of what it returns. */
  #ofRoots(symbol: ts.Symbol, node: ts.Declaration, at: ts.Node): RegistryFacts | undefined {
    if (ts.isBindingElement(node) && ts.isVariableDeclaration(node.parent.parent)) {
      const call = this.#rootCall(node.parent.parent.initializer);
      const key = (node.propertyName ?? node.name).getText();
      return call === undefined ? undefined : this.#root(call, key, symbol, node);
    }
    if (!ts.isPropertyAccessExpression(at)) return undefined;
    const holder = symbolOf(this.#sources.checker, at.expression);
    const call = this.#rootCall(initializerOf(this.#sources.checker, holder));
    const variable = declarationOf(holder);
    if (call === undefined || holder === undefined || variable === undefined) return undefined;
    return this.#root(call, at.name.text, undefined, variable);
  }

  #rootCall(expression: ts.Expression | undefined): ts.CallExpression | undefined {
    const node = expression === undefined ? undefined : bare(expression);
    if (node === undefined || !ts.isCallExpression(node)) return undefined;
    const callee = declarationOf(symbolOf(this.#sources.checker, calleeName(node)));
    if (callee === undefined || !ts.isFunctionDeclaration(callee)) return undefined;
    const isOurs = callee.name?.text === 'createRootRegistries' && this.#packageOf(callee) === REGISTRY_PACKAGE;
    return isOurs ? node : undefined;
  }

  #root(
    call: ts.CallExpression,
    key: string,
    symbol: ts.Symbol | undefined,
    node: ts.Declaration,
  ): RegistryFacts | undefined {
    const { checker, own } = this.#sources;
    const home = declarationOf(symbolOf(checker, calleeName(call)))?.getSourceFile();
    const names = home?.statements
      .filter(ts.isVariableStatement)
      .flatMap(({ declarationList }) => declarationList.declarations)
      .find(({ name }) => name.getText() === 'NAMES');
    const type = names === undefined ? undefined : checker.getTypeAtLocation(names.name).getProperty(key);
    const literal = type === undefined ? undefined : checker.getTypeOfSymbol(type);
    if (literal?.isStringLiteral() !== true) return this.#unknown(node);
    const scopeNode = optionNode(checker, call.arguments[0], 'scope');
    const scope = scopeNode === undefined ? ROOT_SCOPE : evaluate(checker, scopeNode)?.value;
    if (typeof scope !== 'string') return this.#unknown(node);
    // Of what the call returns, or out of the constant that holds it.
    const path = symbol?.name ?? `${symbolOfDeclaration(node)?.name}.${key}`;
    const facts = { id: `${own.name}#${path}`, name: literal.value, scope };
    if (symbol !== undefined) return this.#keep(this.#complete(facts, symbol, undefined), node);
    return this.#keep({ ...facts, builders: camelCase(key) }, node);
  }

  #keep(facts: RegistryFacts, node: ts.Node): RegistryFacts | undefined {
    const { problems } = this.#sources;
    for (const other of this.#own.values()) {
      if (other.node === node && other.facts.id === facts.id) return other.facts;
      const clash = clashOf(facts, other.facts);
      if (clash === undefined) continue;
      problems.add({
        code: 'duplicate-registry',
        subject: facts.id,
        what: `Two registries have ${clash}: here and at ${problems.placeOf(other.node)}`,
        fix: 'give one of them another name or scope, or builders of another name by @builders',
        origin: problems.origin(node),
      });
      return undefined;
    }
    this.#own.set(facts.id, { facts, node });
    return facts;
  }

  /** A registry of another package, from the catalog that it ships. */
  #imported(id: string, at: ts.Node, symbol?: ts.Symbol): RegistryFacts | undefined {
    const { packages, problems, own } = this.#sources;
    const name = id.slice(0, Math.max(id.indexOf('#'), 0));
    const file = declarationOf(symbol)?.getSourceFile().fileName;
    const info = file === undefined ? packages.find(name, own.folder) : packages.of(file);
    const catalog = info === undefined ? undefined : packages.catalogOf(info);
    const found = catalog?.registries.find((registry) => registry.id === id);
    if (found !== undefined) {
      const { entries: _, ...facts } = found;
      const module = importable(found, name) ? found.module : symbol && moduleOf(this.#sources, symbol);
      return { ...facts, ...(module === undefined ? {} : { module }) };
    }
    const reason =
      info === undefined
        ? 'the package is not installed'
        : catalog === undefined
          ? `${name} ships no catalog`
          : `the catalog of ${name} does not list it`;
    problems.add({
      code: 'no-catalog',
      subject: id,
      what: `The registry ${id} is of another package, and nothing is known of it: ${reason}`,
      expected: 'a package.json with "incipit": { "catalog": "./dist/catalog.json" }, and this file',
      fix: `run incipit codegen in ${name}, or take a version of it that ships its catalog`,
      origin: problems.origin(at),
    });
    return undefined;
  }

  #unknown(node: ts.Node): undefined {
    const { problems } = this.#sources;
    const text = node.getText();
    problems.add({
      code: 'unknown-registry',
      subject: text,
      what: `Which registry '${text}' is cannot be told from the sources`,
      expected: 'a constant that is given new Registry(…), or one that a package exports',
      fix: 'make it a constant of a module, or tell its id in a comment on the variable: @registry package#EXPORT',
      origin: problems.origin(node),
    });
    return undefined;
  }

  #packageOf(node: ts.Node): string | undefined {
    return this.#sources.packages.of(node.getSourceFile().fileName)?.name;
  }
}

/** `MODELS`, or `roots.MODELS` for a property of an object. */
function pathOf(node: ts.Declaration): string {
  const names: string[] = [];
  for (let at: ts.Node | undefined = node; at !== undefined && !ts.isSourceFile(at); at = at.parent) {
    const name = symbolOfDeclaration(at)?.name;
    if (name !== undefined && !name.startsWith('__')) names.unshift(name);
  }
  return names.join('.');
}

function importable({ module }: CatalogRegistry, name: string): boolean {
  return module !== undefined && (module.specifier === name || module.specifier.startsWith(`${name}/`));
}

function clashOf(a: RegistryFacts, b: RegistryFacts): string | undefined {
  if (a.id === b.id) return `the name ${a.id}`;
  if (a.parent !== undefined && a.parent === b.parent && a.scope === b.scope) return `the scope '${a.scope}'`;
  return a.builders === b.builders ? `the builders '${a.builders}'` : undefined;
}
