import type { EntrySchema, OptionsSchema } from './entry.js';
import { testOf, testOfOptions, type ValueTest } from './option-test.js';

/** The options of a config node: an object of its own, without `type` and `_scope_`. */
export type NodeOptions = Readonly<Record<string, unknown>>;

/** Takes the options out of a config node; undefined where some may not fit, for which there is a slower way. */
export type NodeReader = (node: NodeOptions) => NodeOptions | undefined;

/** What a node says of itself, not to what it builds. */
const RESERVED: ReadonlySet<string> = new Set(['type', '_scope_']);

interface Member {
  readonly name: string;
  /** Absent for what is reserved. */
  readonly test: ValueTest | undefined;
  readonly required: boolean;
}

/** The options of any node, unchecked. A key `__proto__` stays a key. */
export function optionsOf(node: NodeOptions): NodeOptions {
  const { type: _type, _scope_, ...options } = node;
  return options;
}

/** Readers already made: schemas are constants of their classes. */
const MADE = new WeakMap<OptionsSchema, NodeReader>();

/**
 * The reader for a schema. Copying and checking in one walk over the keys is what makes building cheap: each of the
 * two alone costs several times a small constructor.
 */
export function nodeReaderOf({ options: schema, open }: EntrySchema): NodeReader {
  if (schema === undefined) return optionsOf;
  if (open === true) return (node) => (fitsKnown(schema, node) ? optionsOf(node) : undefined);
  const made = MADE.get(schema) ?? makeReader(schema);
  MADE.set(schema, made);
  return made;
}

/** Those of the options that a schema knows. */
export function knownOptions(schema: OptionsSchema, options: NodeOptions): NodeOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(schema, name)));
}

function fitsKnown(schema: OptionsSchema, node: NodeOptions): boolean {
  return testOfOptions(schema)(knownOptions(schema, node));
}

function makeReader(schema: OptionsSchema): NodeReader {
  const members = new Map<string, Member>();
  for (const [name, option] of Object.entries(schema)) {
    members.set(name, { name, test: testOf(option), required: option.required === true });
  }
  for (const name of RESERVED) members.set(name, { name, test: undefined, required: false });
  const required = [...members.values()].filter((member) => member.required).length;
  // Nodes of one type mostly have the same keys in the same order: each key is first looked for where it was last time.
  const order: Member[] = [];
  const Options = plainObjectMaker();
  return (node) => {
    const options = new Options();
    let missing = required;
    let place = 0;
    // Faster than walking over Object.keys. What a prototype adds is unknown, or the slower way finds it.
    for (const name in node) {
      let member = order[place];
      if (member === undefined || member.name !== name) {
        member = members.get(name);
        if (member === undefined) return undefined;
        order[place] = member;
      }
      place += 1;
      const { test } = member;
      if (test === undefined) continue;
      const value = node[name];
      if (value === undefined || !test(value)) return undefined;
      if (member.required) missing -= 1;
      options[name] = value;
    }
    return missing === 0 ? options : undefined;
  };
}

/**
 * Makes empty plain objects, `{}` in all but cost: engines learn how many properties the objects of one constructor
 * get, and reserve the room for them.
 */
function plainObjectMaker(): new () => Record<string, unknown> {
  // biome-ignore lint/complexity/useArrowFunction: arrow functions construct nothing
  const make = function (): void {};
  make.prototype = Object.prototype;
  return make as unknown as new () => Record<string, unknown>;
}
