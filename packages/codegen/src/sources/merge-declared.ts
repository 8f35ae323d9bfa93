import type { OptionSchema, OptionType } from '@incipit/registry';
import type { ClassOptions } from './declared-options.js';
import type { Problems } from './problems.js';
import type { TypedOptions } from './typed-options.js';
import type { ts } from './typescript.js';

/** Whose options are merged. */
export interface Owner {
  readonly name: string;
  readonly node: ts.Node;
}

/**
 * What types say of options, with what a schema of literals adds: ranges, enum values, defaults, descriptions. The two
 * must speak of the same options unless the schema is inherited (`isOwn` false), or not wholly known.
 */
export class DeclaredMerge {
  readonly #typed: TypedOptions;
  readonly #declared: ClassOptions;
  readonly #owner: Owner;
  readonly #problems: Problems;

  constructor(typed: TypedOptions, declared: ClassOptions, owner: Owner, problems: Problems) {
    this.#typed = typed;
    this.#declared = declared;
    this.#owner = owner;
    this.#problems = problems;
  }

  /** The options of both, those of the schema first, in its order. */
  merged(): Readonly<Record<string, OptionSchema>> {
    const { options, isOwn, isComplete } = this.#declared;
    const rows: (readonly [string, OptionSchema])[] = [];
    for (const [name, schema] of options) {
      if (this.#typed.configOnly.includes(name)) continue;
      const option = this.#typed.options[name];
      if (option !== undefined) rows.push([name, schema === undefined ? option : this.#both(name, option, schema)]);
      else if (isOwn && !this.#typed.nodes.has(name)) this.#reportMissing(name, 'type');
    }
    for (const [name, option] of Object.entries(this.#typed.options)) {
      if (options.has(name)) continue;
      if (isOwn && isComplete) this.#reportMissing(name, 'schema');
      rows.push([name, option]);
    }
    return Object.fromEntries(rows);
  }

  #both(name: string, option: OptionSchema, schema: OptionSchema): OptionSchema {
    if (!agree(schema, option)) this.#reportKinds(name, schema);
    const { default: typedDefault, description: typedDescription, required: typedRequired } = option;
    const { default: value = typedDefault, description = typedDescription, required = typedRequired, ...type } = schema;
    return {
      ...type,
      ...(value === undefined ? {} : { default: value }),
      ...(required === true || typedRequired === true ? { required: true } : {}),
      ...(description === undefined ? {} : { description }),
    };
  }

  #reportMissing(name: string, lacking: 'type' | 'schema'): void {
    const { nodes } = this.#typed;
    const declared = this.#declared.node;
    const typeNode = nodes.get(name) ?? this.#owner.node;
    const schema = `the schema at ${this.#problems.placeOf(declared)}`;
    const type = `the type of the options${nodes.has(name) ? ` at ${this.#problems.placeOf(typeNode)}` : ''}`;
    const [has, lacks] = lacking === 'type' ? [schema, type] : [type, schema];
    this.#problems.add({
      code: 'options-differ',
      subject: name,
      what: `The option '${name}' of ${this.#owner.name} is in ${has}, and not in ${lacks}`,
      fix: 'add it to the other, or take it away here; a class without static options is read from its type alone',
      origin: this.#problems.origin(lacking === 'type' ? declared : typeNode, name),
    });
  }

  #reportKinds(name: string, schema: OptionSchema): void {
    const declared = this.#problems.placeOf(this.#declared.node);
    this.#problems.add({
      code: 'options-differ',
      subject: name,
      what: `The option '${name}' of ${this.#owner.name} is '${schema.type}' in the schema at ${declared}, and of another type here`,
      fix: 'make the two agree',
      origin: this.#problems.origin(this.#typed.nodes.get(name) ?? this.#owner.node, name),
    });
  }
}

/** Whether both take the same kinds of values, if not the same values. */
function agree(a: OptionType, b: OptionType): boolean {
  const [one, other] = [kindsOf(a), kindsOf(b)];
  if (one.has('any') || other.has('any')) return true;
  return [...one].every((kind) => other.has(kind));
}

function kindsOf(type: OptionType): ReadonlySet<string> {
  switch (type.type) {
    case 'integer':
      return new Set(['number']);
    case 'tuple':
      return new Set(['array']);
    case 'config':
      return new Set(type.lists === true ? ['object', 'array'] : ['object']);
    case 'enum':
      return new Set(type.values.map((value) => typeof value));
    case 'union':
      return new Set(type.of.flatMap((part) => [...kindsOf(part)]));
    case 'number':
    case 'string':
    case 'boolean':
    case 'array':
    case 'object':
    case 'any':
      return new Set([type.type]);
    default:
      return type satisfies never;
  }
}
