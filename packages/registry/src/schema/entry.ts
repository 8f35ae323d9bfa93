/** What JSON can say. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

interface TypeBase {
  /** `null` is accepted too: Python's `None`. */
  readonly nullable?: boolean;
}

/** A number, infinities included; `NaN` is never one. `integer` also refuses fractions and infinities. */
export interface NumberType extends TypeBase {
  readonly type: 'number' | 'integer';
  /** Least value allowed. */
  readonly minimum?: number;
  /** Greatest value allowed. */
  readonly maximum?: number;
  /** The value must be above this. */
  readonly exclusiveMinimum?: number;
  /** The value must be below this. */
  readonly exclusiveMaximum?: number;
}

export interface StringType extends TypeBase {
  readonly type: 'string';
  /** Least number of UTF-16 units. */
  readonly minLength?: number;
  /** Greatest number of UTF-16 units. */
  readonly maxLength?: number;
  /** Source of a regular expression (flag `u`) that the string must match somewhere. */
  readonly pattern?: string;
}

export interface ArrayType extends TypeBase {
  readonly type: 'array';
  /** Type of every item; anything where absent. */
  readonly items?: OptionType;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** A list of fixed length, each place with a type of its own. */
export interface TupleType extends TypeBase {
  readonly type: 'tuple';
  readonly items: readonly OptionType[];
}

export interface ObjectType extends TypeBase {
  readonly type: 'object';
  /** The keys allowed; any mapping where this and `values` are absent. */
  readonly options?: OptionsSchema;
  /** Type of the value of every key that is not among `options`. */
  readonly values?: OptionType;
}

export interface EnumType extends TypeBase {
  readonly type: 'enum';
  readonly values: readonly (string | number | boolean)[];
  /** Strings are taken in upper and lower case. */
  readonly ignoreCase?: boolean;
}

/** The config of something that a registry builds: a mapping with a `type`, or what was built already. */
export interface ConfigType extends TypeBase {
  readonly type: 'config';
  /** Name of the registry whose names the `type` is looked up among: `model`. */
  readonly registry: string;
  /** Whether a list of configs is taken too: a sequence of what they make. */
  readonly lists?: boolean;
  /** Whether the node says by `name` what part it is for; with the name alone it means the node around it. */
  readonly named?: boolean;
}

export interface UnionType extends TypeBase {
  readonly type: 'union';
  /** The value must fit one of them. */
  readonly of: readonly OptionType[];
}

export interface BooleanType extends TypeBase {
  readonly type: 'boolean';
}

/** For what a schema cannot describe: functions, class instances. */
export interface AnyType extends TypeBase {
  readonly type: 'any';
}

/** The values that an option takes: JSON-safe data, neutral between checking, typed builders and JSON Schema. */
export type OptionType =
  | NumberType
  | StringType
  | BooleanType
  | ArrayType
  | TupleType
  | ObjectType
  | ConfigType
  | EnumType
  | UnionType
  | AnyType;

/** One option of an entry. */
export type OptionSchema = OptionType & {
  /** Building without it is an error. */
  readonly required?: boolean;
  /** What the class takes when the option is absent: documentation; the constructor is what applies it. */
  readonly default?: JsonValue;
  /** One sentence for a human. */
  readonly description?: string;
};

/**
 * The options of an entry by name; a class declares them as `static readonly options`.
 *
 * @example
 * static readonly options: OptionsSchema = {
 *   std: { type: 'number', minimum: 0, default: 1, description: 'Standard deviation.' },
 *   mode: { type: 'enum', values: ['fan_in', 'fan_out'], default: 'fan_out' },
 *   layer: { type: 'union', of: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }], nullable: true },
 * };
 */
export type OptionsSchema = Readonly<Record<string, OptionSchema>>;

/** All that is known of a registered entry without making one: what documentation and code generation read. */
export interface EntrySchema {
  readonly description?: string;
  /** Absent where the class declares nothing: then any options go. */
  readonly options?: OptionsSchema;
  /** Options beside those declared are left to the constructor. */
  readonly open?: boolean;
}
