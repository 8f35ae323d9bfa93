import type { JsonValue, OptionSchema } from '@incipit/registry';
import type { CatalogEntry } from '../catalog/catalog.js';
import { type ClassOptions, classOptions, readSchema, staticField } from './declared-options.js';
import { DeclaredMerge } from './merge-declared.js';
import type { OptionTypes } from './option-type.js';
import { type Registration, valueSymbol } from './registrations.js';
import type { Sources } from './sources.js';
import { evaluate, keyOf } from './static-value.js';
import { bare, cleanDoc, declarationOf, docText, moduleOf, tagTexts } from './symbols.js';
import { isUnresolved } from './type-facts.js';
import type { TypedOptions } from './typed-options.js';
import { ts } from './typescript.js';

/** An entry, and what decides whether it may stand beside others. */
export interface FoundEntry {
  readonly entry: CatalogEntry;
  readonly force: boolean;
  readonly at: ts.Node;
}

/** Reads what a registration says: names, documentation and options. */
export class EntryReader {
  readonly #sources: Sources;
  readonly #types: OptionTypes;

  constructor(sources: Sources, types: OptionTypes) {
    this.#sources = sources;
    this.#types = types;
  }

  /** Undefined where it is a problem of the sources. */
  read(found: Registration): FoundEntry | undefined {
    const symbol = valueSymbol(this.#sources.checker, found);
    const names = this.#names(found, symbol);
    const [name, ...aliases] = names ?? [];
    if (name === undefined || this.#isAbstract(found, symbol, name)) return undefined;
    const options = this.#options(found, symbol, name);
    const module = symbol === undefined ? undefined : moduleOf(this.#sources, symbol);
    return {
      entry: {
        name,
        ...(aliases.length === 0 ? {} : { aliases: aliases.sort() }),
        ...(module === undefined ? {} : { module }),
        ...this.#documentation(found, symbol),
        ...options,
      },
      force: this.#call(found, 'force')?.value === true,
      at: found.at,
    };
  }

  #names(found: Registration, symbol: ts.Symbol | undefined): readonly string[] | undefined {
    const { checker, problems } = this.#sources;
    const { names } = found;
    const type = names === undefined ? undefined : checker.getTypeAtLocation(names);
    const literal = type?.isStringLiteral() === true ? { value: type.value } : undefined;
    const given = names === undefined ? { value: undefined } : (evaluate(checker, names) ?? literal);
    const value = given?.value === undefined && given !== undefined ? this.#ownName(found, symbol) : given?.value;
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (list.length > 0 && list.every((item) => typeof item === 'string' && item !== '')) {
      return [...new Set(list as readonly string[])];
    }
    problems.add({
      code: 'bad-name',
      subject: found.call.getText(),
      what: `The name that is registered here cannot be told: ${names === undefined ? 'none is given, and the class or function has none' : `'${names.getText()}' is only known when the program runs`}`,
      expected: 'a literal, a constant, or a list of them',
      fix: "write REGISTRY.register('Name')",
      origin: problems.origin(found.call),
    });
    return undefined;
  }

  /** The static `className` of the class itself, else its name in the source. */
  #ownName(found: Registration, symbol: ts.Symbol | undefined): unknown {
    const owner = classOf(found, symbol);
    const field = owner === undefined ? undefined : staticField(owner, 'className')?.initializer;
    const name = field === undefined ? undefined : evaluate(this.#sources.checker, field)?.value;
    if (typeof name === 'string' && name !== '') return name;
    const declaration = declarationOf(symbol);
    const named =
      declaration !== undefined && 'name' in declaration ? (declaration.name as ts.Node | undefined) : undefined;
    return named?.getText();
  }

  #isAbstract(found: Registration, symbol: ts.Symbol | undefined, name: string): boolean {
    const owner = classOf(found, symbol);
    if (owner === undefined || (ts.getCombinedModifierFlags(owner) & ts.ModifierFlags.Abstract) === 0) return false;
    const { problems } = this.#sources;
    problems.add({
      code: 'abstract-class',
      subject: name,
      what: `'${name}' is registered, but the class ${symbol?.name ?? name} is abstract: it cannot be built`,
      fix: 'register a class that extends it',
      origin: problems.origin(found.at),
    });
    return true;
  }

  #documentation(
    found: Registration,
    symbol: ts.Symbol | undefined,
  ): Pick<CatalogEntry, 'description' | 'examples' | 'deprecated'> {
    const { checker } = this.#sources;
    const said = this.#call(found, 'description')?.value;
    const description = typeof said === 'string' ? said : docText(checker, symbol);
    const examples = tagTexts(checker, symbol, 'example')
      .map(codeOf)
      .filter((code) => code !== '');
    const [deprecated] = tagTexts(checker, symbol, 'deprecated');
    return {
      ...(description === undefined ? {} : { description }),
      ...(examples.length === 0 ? {} : { examples }),
      ...(deprecated === undefined ? {} : { deprecated: cleanDoc(deprecated) ?? 'Deprecated.' }),
    };
  }

  #options(
    found: Registration,
    symbol: ts.Symbol | undefined,
    name: string,
  ): Pick<CatalogEntry, 'options' | 'configOnly'> {
    const owner = classOf(found, symbol);
    const given = this.#callNode(found, 'options');
    const declared: ClassOptions | undefined =
      given !== undefined
        ? { ...readSchema(this.#sources.checker, given), isOwn: true }
        : owner === undefined
          ? undefined
          : classOptions(this.#sources.checker, owner);
    const typed = this.#typed(found, symbol, name);
    if (typed === undefined) return declared?.isOwn === true ? onlyDeclared(declared) : {};
    const { problems } = this.#sources;
    const options =
      declared === undefined
        ? typed.options
        : new DeclaredMerge(typed, declared, { name, node: found.at }, problems).merged();
    return { options, ...(typed.configOnly.length === 0 ? {} : { configOnly: typed.configOnly }) };
  }

  /** Options as their type says them; undefined where it says any go. */
  #typed(found: Registration, symbol: ts.Symbol | undefined, name: string): TypedOptions | undefined {
    const { checker, problems } = this.#sources;
    const type = this.#typeOf(found, symbol);
    const [signature] = [...type.getConstructSignatures(), ...type.getCallSignatures()];
    if (signature === undefined) {
      problems.add({
        code: isUnresolved(type) ? 'unknown-type' : 'bad-class',
        subject: name,
        what: `What is registered as '${name}' ${isUnresolved(type) ? 'cannot be found' : 'is no class and no function'}`,
        fix: isUnresolved(type) ? 'install or build the package that it comes from' : 'register a class or a function',
        origin: problems.origin(found.at),
      });
      return undefined;
    }
    const [parameter] = signature.parameters;
    if (parameter === undefined) return { options: {}, configOnly: [], nodes: new Map() };
    const declaration = declarationOf(parameter);
    if (declaration !== undefined && ts.isParameter(declaration) && declaration.dotDotDotToken !== undefined) {
      return this.#refuse(found, name, 'a list of arguments');
    }
    const options = this.#objectOf(checker.getTypeOfSymbolAtLocation(parameter, found.at), found, name);
    if (options === undefined) return undefined;
    const typed = this.#types.optionsOf(options, { node: found.at, owner: name, key: '' });
    this.#checkReserved(typed, found, name);
    return declaration !== undefined && ts.isParameter(declaration) ? this.#withDefaults(typed, declaration) : typed;
  }

  /** The type of options, generics replaced by what they stand for; undefined for mappings of anything. */
  #objectOf(type: ts.Type, found: Registration, name: string): ts.Type | undefined {
    const { checker } = this.#sources;
    const given = checker.getNonNullableType(type);
    if ((given.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) !== 0) {
      return isUnresolved(given) ? this.#refuse(found, name, 'a type that cannot be found') : undefined;
    }
    if ((given.flags & ts.TypeFlags.TypeParameter) !== 0) {
      const known = given.getDefault() ?? given.getConstraint();
      return known === undefined
        ? this.#refuse(found, name, `a type parameter ${given.symbol.name}`)
        : this.#objectOf(known, found, name);
    }
    const members = given.isUnion() ? given.types : [given];
    const isObject = members.every(({ flags }) => (flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0);
    if (!isObject || members.some((item) => checker.isArrayType(item) || checker.isTupleType(item))) {
      return this.#refuse(found, name, checker.typeToString(given));
    }
    if (members.some((item) => item.getCallSignatures().length > 0)) return this.#refuse(found, name, 'a function');
    return checker.getIndexInfosOfType(given).length > 0 ? undefined : given;
  }

  #refuse(found: Registration, name: string, taken: string): undefined {
    const { problems } = this.#sources;
    problems.add({
      code: 'bad-options',
      subject: name,
      what: `'${name}' takes ${taken} where its options go`,
      expected: 'a constructor or function whose first parameter is an object of options',
      fix: 'give it one parameter of an interface; services come after it',
      origin: problems.origin(found.at),
    });
    return undefined;
  }

  /** Keys of a config node that never reach the constructor. */
  #checkReserved({ nodes }: TypedOptions, found: Registration, name: string): void {
    const { problems } = this.#sources;
    for (const key of ['type', '_scope_']) {
      const node = nodes.get(key);
      if (node === undefined) continue;
      problems.add({
        code: 'reserved-option',
        subject: key,
        what: `'${name}' has an option '${key}', which in a config is the node's own`,
        fix: 'give the option another name',
        origin: problems.origin(node === found.at ? found.at : node, key),
      });
    }
  }

  /** Defaults in a destructuring pattern: `constructor({ gain = 1 }: Options)`. */
  #withDefaults(typed: TypedOptions, parameter: ts.ParameterDeclaration): TypedOptions {
    if (!ts.isObjectBindingPattern(parameter.name)) return typed;
    const options: Record<string, OptionSchema> = { ...typed.options };
    for (const { name, propertyName, initializer } of parameter.name.elements) {
      const key = propertyName === undefined ? name.getText() : keyOf(this.#sources.checker, propertyName);
      const option = key === undefined ? undefined : options[key];
      if (key === undefined || option === undefined || initializer === undefined) continue;
      const value = evaluate(this.#sources.checker, initializer)?.value;
      const { required: _, ...rest } = option;
      const isKnown = value !== undefined && option.default === undefined;
      options[key] = { ...rest, ...(isKnown ? { default: value as JsonValue } : {}) } as OptionSchema;
    }
    return { ...typed, options };
  }

  #typeOf(found: Registration, symbol: ts.Symbol | undefined): ts.Type {
    const { checker } = this.#sources;
    if (ts.isClassLike(found.value) && symbol !== undefined) return checker.getTypeOfSymbolAtLocation(symbol, found.at);
    return checker.getTypeAtLocation(found.value);
  }

  /** A key of the object that a registration is given beside the name. */
  #call(found: Registration, key: string): { readonly value: unknown } | undefined {
    const node = this.#callNode(found, key);
    return node === undefined ? undefined : evaluate(this.#sources.checker, node);
  }

  #callNode({ options }: Registration, key: string): ts.Expression | undefined {
    const node = options === undefined ? undefined : bare(options);
    if (node === undefined || !ts.isObjectLiteralExpression(node)) return undefined;
    for (const property of node.properties) {
      if (property.name?.getText() !== key) continue;
      if (ts.isPropertyAssignment(property)) return property.initializer;
      if (ts.isShorthandPropertyAssignment(property)) return property.name;
    }
    return undefined;
  }
}

/** The class that is registered, if it is one. */
function classOf({ value }: Registration, symbol: ts.Symbol | undefined): ts.ClassLikeDeclaration | undefined {
  if (ts.isClassLike(value)) return value;
  const node = bare(value);
  if (ts.isClassLike(node)) return node;
  const declaration = declarationOf(symbol);
  if (declaration === undefined) return undefined;
  if (ts.isClassLike(declaration)) return declaration;
  const initializer = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  const held = initializer === undefined ? undefined : bare(initializer);
  return held !== undefined && ts.isClassLike(held) ? held : undefined;
}

/** Where the type says nothing, a schema that is wholly known does. */
function onlyDeclared({ options, isComplete }: ClassOptions): Pick<CatalogEntry, 'options'> {
  const known = [...options].filter((item): item is [string, OptionSchema] => item[1] !== undefined);
  return isComplete && known.length === options.size ? { options: Object.fromEntries(known) } : {};
}

/** An example without the fence around it. */
function codeOf(text: string): string {
  return text.replace(/^```\w*\n?|\n?```$/g, '').trim();
}
