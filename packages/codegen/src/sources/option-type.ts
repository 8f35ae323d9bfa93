import type { OptionSchema, OptionType } from '@incipit/registry';
import { literalOrder } from './literal-order.js';
import type { NestedConfigs } from './nested-config.js';
import { type OptionDoc, optionDoc } from './option-doc.js';
import { defaultOf, type OptionTag, withTags } from './option-tags.js';
import type { Sources } from './sources.js';
import { declarationOf } from './symbols.js';
import {
  indexNode,
  isLiteral,
  isUnresolved,
  literalValue,
  PRIMITIVE,
  takesUndefined,
  templatePattern,
} from './type-facts.js';
import { unionOf } from './type-union.js';
import type { Place, TypedOptions } from './typed-options.js';
import { ts } from './typescript.js';

/** Types that hold types, not deeper than this: what goes on further has no end. */
const MAX_DEPTH = 24;

/** Reads types as options. What JSON cannot say is a problem of the sources. */
export class OptionTypes {
  readonly #sources: Sources;
  readonly #nested: NestedConfigs;
  /** Types that are being read, outermost first. */
  readonly #open: ts.Type[] = [];

  constructor(sources: Sources, nested: NestedConfigs) {
    this.#sources = sources;
    this.#nested = nested;
  }

  /** The properties of a type of options, in the order of their declaration. */
  optionsOf(type: ts.Type, place: Place): TypedOptions {
    const options: Record<string, OptionSchema> = {};
    const configOnly: string[] = [];
    const nodes = new Map<string, ts.Node>();
    for (const property of this.#propertiesOf(type)) {
      const key = place.key === '' ? property.name : `${place.key}.${property.name}`;
      const node = this.#sayable(declarationOf(property)) ?? place.node;
      nodes.set(property.name, node);
      const doc = optionDoc(this.#sources.checker, property);
      if (doc.tags.some(({ name }) => name === 'configOnly')) {
        configOnly.push(property.name);
        continue;
      }
      const option = this.#optionOf(property, doc, { ...place, key });
      if (option === undefined) continue;
      Object.defineProperty(options, property.name, { value: option, enumerable: true, configurable: true });
    }
    return { options, configOnly, nodes };
  }

  /** Undefined for what no value fits, and for what is a problem. */
  of(type: ts.Type, place: Place, node?: ts.TypeNode): OptionType | undefined {
    const nested = node === undefined ? undefined : this.#nested.read(node, (inner) => this.#ofNode(inner, place));
    if (nested !== undefined) return nested;
    const { checker } = this.#sources;
    const members = type.isUnion() ? type.types : [type];
    const given = members.filter(({ flags }) => (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) === 0);
    const isNull = ({ flags }: ts.Type): boolean => (flags & ts.TypeFlags.Null) !== 0;
    const literals = given.filter(isLiteral).map((item) => literalValue(checker, item));
    const parts = given
      .filter((item) => !isLiteral(item) && !isNull(item))
      .map((item) => this.#part(item, place))
      .filter((part) => part !== undefined);
    return unionOf(literalOrder(checker, literals, node), parts, given.some(isNull));
  }

  #ofNode(node: ts.TypeNode, place: Place): OptionType | undefined {
    return this.of(this.#sources.checker.getTypeFromTypeNode(node), place, node);
  }

  #optionOf(property: ts.Symbol, { tags, description }: OptionDoc, place: Place): OptionSchema | undefined {
    const { checker } = this.#sources;
    const type = checker.getTypeOfSymbolAtLocation(property, place.node);
    const declaration = declarationOf(property);
    const node = declaration !== undefined && 'type' in declaration ? (declaration.type as ts.TypeNode) : undefined;
    const at = { ...place, node: this.#sayable(declaration) ?? place.node };
    const read = this.of(type, at, node);
    if (read === undefined) return undefined;
    const tagged = withTags(read, tags, (what) => this.#badTag(what, at));
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0 || takesUndefined(type);
    return {
      ...tagged,
      ...(isOptional ? {} : { required: true }),
      ...this.#default(tags, tagged, at),
      ...(description === undefined ? {} : { description }),
    };
  }

  #default(tags: readonly OptionTag[], type: OptionType, at: Place): Pick<OptionSchema, 'default'> {
    const tag = tags.find(({ name }) => name === 'default' || name === 'defaultValue');
    if (tag === undefined) return {};
    const found = defaultOf(tag.text, type);
    if (found !== undefined) return { default: found.value };
    this.#badTag(`@default says '${tag.text}', which is no JSON`, at);
    return {};
  }

  /** Of interfaces as declared; of what the compiler computes by place, for its own order follows that of the files. */
  #propertiesOf(type: ts.Type): readonly ts.Symbol[] {
    const properties = this.#sources.checker.getPropertiesOfType(type).filter((item) => !item.name.startsWith('__@'));
    const computed = ts.ObjectFlags.Mapped | ts.ObjectFlags.ReverseMapped;
    const isComputed = (item: ts.Type): boolean =>
      item.isUnion() ||
      ((item as ts.ObjectType).objectFlags & computed) !== 0 ||
      (item.isIntersection() && item.types.some(isComputed));
    return isComputed(type) ? [...properties].sort((a, b) => this.#byPlace(a, b)) : properties;
  }

  #byPlace(a: ts.Symbol, b: ts.Symbol): number {
    const [one, other] = [declarationOf(a), declarationOf(b)];
    const [file, otherFile] = [one?.getSourceFile().fileName ?? '', other?.getSourceFile().fileName ?? ''];
    if (file !== otherFile) return file < otherFile ? -1 : 1;
    return (one?.pos ?? 0) - (other?.pos ?? 0) || (a.name < b.name ? -1 : 1);
  }

  #part(type: ts.Type, place: Place): OptionType | undefined {
    const { flags } = type;
    const is = (flag: ts.TypeFlags): boolean => (flags & flag) !== 0;
    if (is(ts.TypeFlags.Any)) return isUnresolved(type) ? this.#unresolved(place) : { type: 'any' };
    if (is(ts.TypeFlags.Unknown)) return { type: 'any' };
    if (is(ts.TypeFlags.Never)) return undefined;
    if (is(ts.TypeFlags.TemplateLiteral)) {
      return { type: 'string', pattern: templatePattern(this.#sources.checker, type as ts.TemplateLiteralType) };
    }
    if (is(ts.TypeFlags.StringLike)) return { type: 'string' };
    if (is(ts.TypeFlags.BooleanLike)) return { type: 'boolean' };
    if (is(ts.TypeFlags.NumberLike)) return { type: 'number' };
    if (is(ts.TypeFlags.BigIntLike)) return this.#refuse('a bigint', place);
    if (is(ts.TypeFlags.ESSymbolLike)) return this.#refuse('a symbol', place);
    if (is(ts.TypeFlags.NonPrimitive)) return { type: 'object' };
    if (type.isIntersection()) return this.#intersection(type, place);
    if (is(ts.TypeFlags.Object)) return this.#closed(type, place, () => this.#object(type as ts.ObjectType, place));
    return this.#generic(type, place);
  }

  /** A type parameter is what it is by default, else what it may be at most. */
  #generic(type: ts.Type, place: Place): OptionType | undefined {
    const known = type.getDefault() ?? this.#sources.checker.getBaseConstraintOfType(type);
    if (known !== undefined && known !== type && (known.flags & ts.TypeFlags.Unknown) === 0) {
      return this.#closed(type, place, () => this.of(known, place));
    }
    const { problems, checker } = this.#sources;
    const text = checker.typeToString(type);
    problems.add({
      code: 'generic',
      subject: place.key,
      what: `The type of the option '${place.key}' of ${place.owner} is ${text}, which is only known when it is used`,
      expected: `a type parameter with a default or a constraint: <${text} extends …>`,
      fix: `give ${text} one, or register a class that is not generic`,
      origin: problems.origin(place.node, place.key),
    });
    return undefined;
  }

  /** A branded primitive counts as the primitive. */
  #intersection(type: ts.IntersectionType, place: Place): OptionType | undefined {
    const primitive = type.types.find(({ flags }) => (flags & PRIMITIVE) !== 0);
    if (primitive !== undefined) return this.of(primitive, place);
    return this.#closed(type, place, () => this.#mapping(type, place));
  }

  #object(type: ts.ObjectType, place: Place): OptionType | undefined {
    const { checker, program } = this.#sources;
    if (checker.isTupleType(type)) return this.#tuple(type as ts.TupleTypeReference, place);
    if (checker.isArrayType(type)) {
      const [item] = checker.getTypeArguments(type as ts.TypeReference);
      const items = item === undefined ? undefined : this.of(item, place);
      return items === undefined || items.type === 'any' ? { type: 'array' } : { type: 'array', items };
    }
    if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) {
      return this.#refuse('a function', place);
    }
    const symbol = type.symbol as ts.Symbol | undefined;
    const isNamed = symbol !== undefined && (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) !== 0;
    const file = isNamed ? declarationOf(symbol)?.getSourceFile() : undefined;
    const isBuiltIn = file !== undefined && program.isSourceFileDefaultLibrary(file);
    if (symbol !== undefined && (isBuiltIn || (symbol.flags & ts.SymbolFlags.Class) !== 0)) {
      return this.#refuse(`a ${symbol.name}`, place);
    }
    return this.#nested.isNode(type) ? { type: 'object' } : this.#mapping(type, place);
  }

  #tuple(type: ts.TupleTypeReference, place: Place): OptionType | undefined {
    const { target } = type;
    const items = this.#sources.checker.getTypeArguments(type).map((item) => this.of(item, place));
    const known = items.filter((item) => item !== undefined);
    if (known.length !== items.length) return undefined;
    const isFixed = target.elementFlags.every((flag) => flag === ts.ElementFlags.Required);
    if (isFixed) return { type: 'tuple', items: known };
    const hasRest = target.elementFlags.some((flag) => (flag & ts.ElementFlags.Variable) !== 0);
    const item = unionOf([], known, false) ?? { type: 'any' };
    return {
      type: 'array',
      items: item,
      ...(target.minLength === 0 ? {} : { minItems: target.minLength }),
      ...(hasRest ? {} : { maxItems: known.length }),
    };
  }

  #mapping(type: ts.Type, place: Place): OptionType | undefined {
    const { checker } = this.#sources;
    const [index] = checker.getIndexInfosOfType(type);
    const values =
      index === undefined ? undefined : this.of(index.type, { ...place, key: `${place.key}.*` }, indexNode(index));
    const { options, configOnly } = this.optionsOf(type, place);
    const open = Object.fromEntries(configOnly.map((name): [string, OptionSchema] => [name, { type: 'any' }]));
    const all = { ...options, ...open };
    const isEmpty = Object.keys(all).length === 0;
    return {
      type: 'object',
      ...(isEmpty && index !== undefined ? {} : { options: all }),
      ...(values === undefined || (isEmpty && values.type === 'any') ? {} : { values }),
    };
  }

  /** Reads a type once: one that it is part of itself has no end. */
  #closed(type: ts.Type, place: Place, read: () => OptionType | undefined): OptionType | undefined {
    if (!this.#open.includes(type) && this.#open.length < MAX_DEPTH) {
      this.#open.push(type);
      const found = read();
      this.#open.pop();
      return found;
    }
    const { problems, checker } = this.#sources;
    problems.add({
      code: 'circular-type',
      subject: place.key,
      what: `The type ${checker.typeToString(type)} of the option '${place.key}' of ${place.owner} holds itself`,
      expected: 'a type of finite depth',
      fix: 'write it out as deep as it goes, take NestedConfig<typeof REGISTRY>, or mark the option with @configOnly',
      origin: problems.origin(place.node, place.key),
    });
    return undefined;
  }

  #refuse(kind: string, { node, key, owner }: Place): undefined {
    const { problems } = this.#sources;
    problems.add({
      code: 'not-json',
      subject: key,
      what: `The option '${key}' of ${owner} takes ${kind}, which JSON cannot say`,
      expected: 'null, booleans, numbers, strings, and lists and mappings of them',
      fix: 'take a name or NestedConfig<typeof REGISTRY> in its place, or mark the option with @configOnly in its comment',
      origin: problems.origin(node, key),
    });
    return undefined;
  }

  #unresolved({ node, key, owner }: Place): undefined {
    const { problems } = this.#sources;
    problems.add({
      code: 'unknown-type',
      subject: key,
      what: `The type of the option '${key}' of ${owner} cannot be found`,
      fix: 'correct its name or its import; mark what is of the runtime, such as a Buffer, with @configOnly',
      origin: problems.origin(node, key),
    });
    return undefined;
  }

  #badTag(what: string, { node, key, owner }: Place): void {
    const { problems } = this.#sources;
    const fix = 'correct the comment of the option';
    const origin = problems.origin(node, key);
    problems.add({
      code: 'bad-tag',
      subject: key,
      what: `In the comment of '${key}' of ${owner}: ${what}`,
      fix,
      origin,
    });
  }

  /** The place of a declaration, if it is of the project. */
  #sayable(node: ts.Node | undefined): ts.Node | undefined {
    return node !== undefined && this.#sources.files.includes(node.getSourceFile()) ? node : undefined;
  }
}
