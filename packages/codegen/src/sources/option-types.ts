import type { OptionSchema, OptionsSchema, OptionType } from '@incipit/registry';
import { compare } from '../catalog/catalog-view.js';
import { defaultOf, docsOf, withRanges } from './doc-tags.js';
import { nestedConfigType, type RegistryNames } from './nested-config.js';
import type { Problems } from './problems.js';
import { Node, SymbolFlags, type TsSymbol, type Type, type ts } from './ts-morph.js';

/** What reading types needs to know. */
export interface TypeContext {
  /** Where types are asked for: the class or function. */
  readonly at: Node;
  readonly checker: ts.TypeChecker;
  readonly problems: Problems;
  readonly registries: RegistryNames;
}

/** Options read from a type. */
export interface ReadOptions {
  /** Undefined where any options go. */
  readonly options: OptionsSchema | undefined;
  /** Names with `@configOnly`. */
  readonly configOnly: readonly string[];
}

/** Lists and objects in one another, after which a type is called endless. */
const DEEPEST = 12;

/** The options that a parameter's type tells. */
export function readOptions(type: Type, context: TypeContext): ReadOptions {
  const apparent = resolved(type, context);
  if (apparent === undefined || apparent.isAny() || apparent.isUnknown()) return { options: undefined, configOnly: [] };
  const bare = apparent.getNonNullableType();
  const properties = bare.getProperties();
  if (properties.length === 0 && (bare.getStringIndexType() !== undefined || bare.getText() === 'object')) {
    return { options: undefined, configOnly: [] };
  }
  const options: Record<string, OptionSchema> = {};
  const configOnly: string[] = [];
  for (const property of properties) {
    const docs = docsOf(property, context.checker);
    if (docs.tags.has('configOnly')) configOnly.push(property.getName());
    else options[property.getName()] = readOption(property, docs, context);
  }
  return { options, configOnly };
}

function readOption(
  property: TsSymbol,
  docs: ReturnType<typeof docsOf>,
  context: TypeContext,
  path: Path = [],
): OptionSchema {
  const name = property.getName();
  const at = declarationOf(property) ?? context.at;
  const read = new TypeReader(context, [...path.map(String), name].join('.'), at);
  const nested = nestedConfigType(property, context.registries, context.problems);
  const type = nested ?? read.type(property.getTypeAtLocation(context.at), path);
  const ranged = withRanges(type, docs.tags);
  return {
    ...ranged,
    ...(property.hasFlags(SymbolFlags.Optional) ? {} : { required: true }),
    ...defaultOf(docs.tags),
    ...(docs.text === ''
      ? {}
      : { description: docs.text.replace(/\s*Default[: ]\s*[^.]*\.?$/, '').trim() || docs.text }),
  };
}

function declarationOf(symbol: TsSymbol): Node | undefined {
  return symbol.getValueDeclaration() ?? symbol.getDeclarations()[0];
}

type Path = readonly Type[];

/** A type parameter by what stands for it: its default, else what it extends. */
function resolved(type: Type, { at, problems }: TypeContext): Type | undefined {
  if (!type.isTypeParameter()) return type;
  const stand = type.getDefault() ?? type.getConstraint();
  if (stand === undefined) {
    problems.add(at, {
      code: 'generic-options',
      what: `the options are of the type parameter ${type.getText()}, which may be anything`,
      expected: 'options of a known type',
      fix: `give it a constraint or a default: ${type.getText()} extends …`,
    });
  }
  return stand;
}

class TypeReader {
  readonly #context: TypeContext;
  readonly #name: string;
  readonly #node: Node;

  constructor(context: TypeContext, name: string, node: Node) {
    this.#context = context;
    this.#name = name;
    this.#node = node;
  }

  type(type: Type, path: Path): OptionType {
    const whole = resolved(type, this.#context);
    if (whole === undefined || whole.isAny() || whole.isUnknown()) return { type: 'any' };
    const parts = (whole.isUnion() ? whole.getUnionTypes() : [whole]).filter((part) => !part.isUndefined());
    const nullable = parts.some((part) => part.isNull()) ? { nullable: true } : {};
    const others = parts.filter((part) => !part.isNull());
    const literals = others.filter((part) => part.isLiteral() && !part.isBooleanLiteral());
    const booleans = others.filter((part) => part.isBooleanLiteral());
    const rest = others.filter((part) => !literals.includes(part) && !booleans.includes(part));
    const alternatives: OptionType[] = [
      ...enumOf(literals),
      ...(booleans.length > 1 ? [{ type: 'boolean' } as const] : booleans.map(literalBoolean)),
      ...rest.map((part) => this.#single(part, path)),
    ];
    const [only] = alternatives;
    if (only === undefined) return { type: 'any', ...nullable };
    if (alternatives.length === 1) return { ...only, ...nullable };
    return { type: 'union', of: sortTypes(alternatives), ...nullable };
  }

  #single(type: Type, path: Path): OptionType {
    if (path.includes(type) || path.length > DEEPEST) return this.#circular(type);
    const inner = [...path, type];
    if (type.isNumber()) return { type: 'number' };
    if (type.isString()) return { type: 'string' };
    if (type.isBoolean()) return { type: 'boolean' };
    if (type.isTemplateLiteral()) return { type: 'string', pattern: templatePattern(type) };
    if (type.isTypeParameter()) return this.type(type, inner);
    if (type.isTuple()) return { type: 'tuple', items: type.getTupleElements().map((item) => this.type(item, inner)) };
    if (type.isArray() || type.isReadonlyArray()) {
      const item = type.getArrayElementType();
      return { type: 'array', ...(item === undefined || item.isUnknown() ? {} : { items: this.type(item, inner) }) };
    }
    if (type.isObject() || type.isIntersection()) return this.#object(type, inner);
    return this.#notJson(type);
  }

  #object(type: Type, path: Path): OptionType {
    if (type.getText() === '{}' || type.getText() === 'object') return { type: 'object' };
    if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0 || isInstance(type)) {
      return this.#notJson(type);
    }
    const index = type.getStringIndexType();
    const properties = type.getProperties();
    const values = index === undefined || index.isUnknown() || index.isAny() ? {} : { values: this.type(index, path) };
    if (properties.length === 0) return { type: 'object', ...(index === undefined ? { options: {} } : values) };
    const options = Object.fromEntries(
      properties.map((property) => {
        const docs = docsOf(property, this.#context.checker);
        if (docs.tags.has('configOnly')) return [property.getName(), { type: 'any' } as OptionSchema];
        return [property.getName(), readOption(property, docs, this.#context, path)];
      }),
    );
    return { type: 'object', options, ...values };
  }

  #circular(type: Type): OptionType {
    this.#context.problems.add(this.#node, {
      code: 'circular-options',
      subject: this.#name,
      what: `the type of the option '${this.#name}' holds itself: ${shortText(type)}`,
      expected: 'options of a depth that is known',
      fix: 'type it NestedConfig<typeof REGISTRY> when it is a config, or mark it @configOnly',
    });
    return { type: 'any' };
  }

  #notJson(type: Type): OptionType {
    this.#context.problems.add(this.#node, {
      code: 'not-json',
      subject: this.#name,
      what: `the option '${this.#name}' is ${article(type)}, which no config file can hold: ${shortText(type)}`,
      expected: 'numbers, strings, booleans, null, lists and mappings of them, or NestedConfig<typeof REGISTRY>',
      fix: 'mark the option @configOnly to leave it out of what is checked',
    });
    return { type: 'any' };
  }
}

function article(type: Type): string {
  if (type.getCallSignatures().length > 0) return 'a function';
  if (type.getConstructSignatures().length > 0) return 'a class';
  return type.isObject() ? 'an instance of a class' : 'of a kind';
}

function shortText(type: Type): string {
  const text = type.getText().replace(/import\("[^"]*"\)\./g, '');
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Objects with behaviour: of a class, or of an interface of the platform such as Date, Map or HTMLElement. */
function isInstance(type: Type): boolean {
  const symbol = type.getSymbol();
  if (symbol === undefined) return false;
  return symbol.getDeclarations().some((declaration) => {
    if (Node.isClassDeclaration(declaration) || Node.isClassExpression(declaration)) return true;
    const path = declaration.getSourceFile().getFilePath();
    return (
      Node.isInterfaceDeclaration(declaration) &&
      /\/(typescript\/lib|node_modules\/typescript\/lib)\/lib\.[\w.]*d\.ts$|\/lib\.[\w.]*\.d\.ts$|\/@types\//.test(path)
    );
  });
}

function enumOf(literals: readonly Type[]): readonly OptionType[] {
  if (literals.length === 0) return [];
  const values = literals.map((type) => type.getLiteralValue()).filter((value) => typeof value !== 'object');
  // In an order of their own: the checker's changes with what it has seen before.
  const sorted = [...(values as (string | number)[])].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : compare(String(a), String(b)),
  );
  return [{ type: 'enum', values: sorted }];
}

function literalBoolean(type: Type): OptionType {
  return { type: 'enum', values: [type.getText() === 'true'] };
}

/** The checker's order of a union's parts changes with what it has seen before. */
function sortTypes(types: readonly OptionType[]): readonly OptionType[] {
  const key = (type: OptionType): string => JSON.stringify(type);
  return [...types].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** `${number}px` → `^-?\d+…px$`. */
function templatePattern(type: Type): string {
  const { texts, types } = type.compilerType as ts.TemplateLiteralType;
  const holes = types.map((part) => ((part.flags & 8) === 0 ? '[\\s\\S]*' : '-?\\d+(?:\\.\\d+)?'));
  return `^${texts.map((text, index) => `${text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}${holes[index] ?? ''}`).join('')}$`;
}
