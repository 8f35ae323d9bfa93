import type { OptionType } from '@incipit/registry';
import { REGISTRY_PACKAGE } from './packages.js';
import type { Registries } from './registries.js';
import type { Sources } from './sources.js';
import { declarationOf, symbolOf } from './symbols.js';
import { unionOf } from './type-union.js';
import { ts } from './typescript.js';

/** Aliases of aliases, not farther than this. */
const MAX_DEPTH = 16;

/** Types that hold what they are given. */
const LISTS: ReadonlySet<string> = new Set(['Array', 'ReadonlyArray']);
const WRAPPERS: ReadonlySet<string> = new Set(['Readonly', 'NonNullable', 'Required']);

type Read = (node: ts.TypeNode) => OptionType | undefined;

/** Reads `NestedConfig<typeof REGISTRY>`: a type forgets which variable it is the type of, so it is read as written. */
export class NestedConfigs {
  readonly #sources: Sources;
  readonly #registries: Registries;
  readonly #mentions = new Map<ts.Node, boolean>();

  constructor(sources: Sources, registries: Registries) {
    this.#sources = sources;
    this.#registries = registries;
  }

  /** What a type with a nested config somewhere in it takes; undefined for any other. `rest` reads parts without. */
  read(node: ts.TypeNode, rest: Read): OptionType | undefined {
    return this.#mentionsNested(node, 0) ? this.#read(node, rest) : undefined;
  }

  /** Whether a type is that of config nodes. */
  isNode(type: ts.Type): boolean {
    const symbol = type.aliasSymbol ?? type.symbol;
    return symbol?.name === 'ConfigNode' && this.#isOurs(symbol);
  }

  #read(node: ts.TypeNode, rest: Read): OptionType | undefined {
    const next = (inner: ts.TypeNode): OptionType | undefined =>
      this.#mentionsNested(inner, 0) ? this.#read(inner, rest) : rest(inner);
    if (ts.isParenthesizedTypeNode(node) || ts.isTypeOperatorNode(node)) return next(node.type);
    if (ts.isNamedTupleMember(node)) return next(node.type);
    if (ts.isUnionTypeNode(node)) return this.#union(node, next);
    if (ts.isArrayTypeNode(node)) return listOf(next(node.elementType));
    if (ts.isTupleTypeNode(node)) {
      const items = node.elements.map(next).filter((item) => item !== undefined);
      return { type: 'tuple', items };
    }
    return ts.isTypeReferenceNode(node) ? this.#reference(node, next) : undefined;
  }

  #union(node: ts.UnionTypeNode, next: Read): OptionType | undefined {
    const isNull = (part: ts.TypeNode): boolean =>
      ts.isLiteralTypeNode(part) && part.literal.kind === ts.SyntaxKind.NullKeyword;
    const parts = node.types
      .filter((part) => !isNull(part) && part.kind !== ts.SyntaxKind.UndefinedKeyword)
      .map(next)
      .filter((part) => part !== undefined);
    return unionOf([], parts, node.types.some(isNull));
  }

  #reference(node: ts.TypeReferenceNode, next: Read): OptionType | undefined {
    const [first, second] = node.typeArguments ?? [];
    const symbol = symbolOf(this.#sources.checker, node.typeName);
    if (this.#isNested(symbol)) return first === undefined ? undefined : this.#config(first, 0);
    if (symbol === undefined) return undefined;
    if (LISTS.has(symbol.name) && first !== undefined) return listOf(next(first));
    if (WRAPPERS.has(symbol.name) && first !== undefined) return next(first);
    if (symbol.name === 'Record' && second !== undefined) {
      const values = next(second);
      return { type: 'object', ...(values === undefined ? {} : { values }) };
    }
    const alias = declarationOf(symbol);
    return alias !== undefined && ts.isTypeAliasDeclaration(alias) ? next(alias.type) : undefined;
  }

  /** The registry of `typeof REGISTRY`, or of an alias of that. */
  #config(node: ts.TypeNode, depth: number): OptionType | undefined {
    if (ts.isTypeQueryNode(node)) {
      const registry = this.#registries.resolve(node.exprName);
      return registry === undefined ? undefined : { type: 'config', registry: registry.name };
    }
    if (ts.isTypeReferenceNode(node) && depth < MAX_DEPTH) {
      const alias = declarationOf(symbolOf(this.#sources.checker, node.typeName));
      if (alias !== undefined && ts.isTypeAliasDeclaration(alias)) return this.#config(alias.type, depth + 1);
    }
    const { problems } = this.#sources;
    problems.add({
      code: 'bad-nested-config',
      subject: node.getText(),
      what: `Which registry NestedConfig<${node.getText()}> is for cannot be told`,
      expected: 'the type of a variable',
      fix: 'write NestedConfig<typeof REGISTRY>',
      origin: problems.origin(node),
    });
    return undefined;
  }

  #mentionsNested(node: ts.Node, depth: number): boolean {
    const known = this.#mentions.get(node);
    if (known !== undefined) return known;
    // Against aliases that name themselves.
    this.#mentions.set(node, false);
    const found = depth <= MAX_DEPTH && this.#looksNested(node, depth);
    this.#mentions.set(node, found);
    return found;
  }

  #looksNested(node: ts.Node, depth: number): boolean {
    const next = (inner: ts.Node): boolean => this.#mentionsNested(inner, depth + 1);
    if (ts.isParenthesizedTypeNode(node) || ts.isTypeOperatorNode(node) || ts.isNamedTupleMember(node)) {
      return next(node.type);
    }
    if (ts.isUnionTypeNode(node)) return node.types.some(next);
    if (ts.isArrayTypeNode(node)) return next(node.elementType);
    if (ts.isTupleTypeNode(node)) return node.elements.some(next);
    if (!ts.isTypeReferenceNode(node)) return false;
    const symbol = symbolOf(this.#sources.checker, node.typeName);
    if (this.#isNested(symbol)) return true;
    const alias = declarationOf(symbol);
    if (alias !== undefined && ts.isTypeAliasDeclaration(alias) && alias.typeParameters === undefined) {
      return next(alias.type);
    }
    return node.typeArguments?.some(next) ?? false;
  }

  #isNested(symbol: ts.Symbol | undefined): boolean {
    return symbol?.name === 'NestedConfig' && this.#isOurs(symbol);
  }

  #isOurs(symbol: ts.Symbol): boolean {
    const file = declarationOf(symbol)?.getSourceFile().fileName;
    return file !== undefined && this.#sources.packages.of(file)?.name === REGISTRY_PACKAGE;
  }
}

function listOf(items: OptionType | undefined): OptionType {
  return items === undefined ? { type: 'array' } : { type: 'array', items };
}
