import { bind, integerArgument } from './bind.js';
import { order } from './compare.js';
import type { Context } from './context.js';
import { scaledInteger } from './decimal.js';
import { outsideSubset, overLimit, PythonFault } from './fault.js';
import { formatValue } from './format-spec.js';
import { lengthOf, slotsOf } from './iterate.js';
import { keyOf } from './keys.js';
import { sortedSlots } from './list-methods.js';
import { entriesOf, update } from './mapping.js';
import { readFloat, readInteger } from './number-text.js';
import { binary, unary } from './operators.js';
import { toCode, toText } from './show.js';
import {
  asInteger,
  asNumeric,
  type CallArguments,
  isTrue,
  PyDict,
  PyFunction,
  PyIterator,
  PyLazy,
  PyList,
  PyRange,
  PySet,
  PyTuple,
  type Slot,
  typeName,
  type Value,
} from './values.js';

type Builtin = (args: CallArguments, context: Context) => Value;

const TYPES: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['dict', makeDict],
  ['list', (args, context) => new PyList([...itemsOf('list', args, context)])],
  ['tuple', (args, context) => new PyTuple([...itemsOf('tuple', args, context)])],
  ['set', makeSet],
  ['frozenset', makeSet],
  ['int', makeInteger],
  ['float', makeFloat],
  ['str', (args, { budget }) => (args.positional.length === 0 ? '' : toText(one('str', args), budget))],
  ['bool', (args) => args.positional.length > 0 && isTrue(one('bool', args))],
  ['range', makeRange],
]);

const FUNCTIONS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['len', (args) => BigInt(lengthOf(one('len', args)))],
  ['abs', absolute],
  ['round', round],
  ['pow', (args, { budget }) => binary('**', ...pair('pow', args), budget)],
  ['divmod', divideWithRest],
  ['sum', sum],
  ['min', (args, context) => extreme('min', args, context)],
  ['max', (args, context) => extreme('max', args, context)],
  ['sorted', sorted],
  ['reversed', (args, context) => new PyIterator('reversed', [...itemsOf('reversed', args, context)].reverse())],
  ['enumerate', enumerate],
  ['zip', zip],
  ['map', mapEach],
  ['filter', filter],
  ['any', (args, context) => itemsOf('any', args, context).some((slot) => isTrue(slot.value))],
  ['all', (args, context) => itemsOf('all', args, context).every((slot) => isTrue(slot.value))],
  ['iter', (args, context) => new PyIterator('iterator', itemsOf('iter', args, context))],
  ['next', next],
  ['repr', (args, { budget }) => toCode(one('repr', args), budget)],
  ['format', format],
  ['chr', (args) => String.fromCodePoint(integerArgument('chr', one('chr', args)))],
  ['ord', (args) => BigInt(String(one('ord', args)).codePointAt(0) ?? 0)],
  ['hex', (args, { budget }) => formatValue(one('hex', args), '#x', budget)],
  ['bin', (args, { budget }) => formatValue(one('bin', args), '#b', budget)],
  ['oct', (args, { budget }) => formatValue(one('oct', args), '#o', budget)],
  ['isinstance', isInstance],
  // Nothing is printed: a config is read as data.
  ['print', () => null],
]);

/** The builtins that are pure; to ask for another is outside the subset. */
export function builtinsOf(context: Context): ReadonlyMap<string, Value> {
  const wrap = (name: string, call: Builtin, isType: boolean): [string, Value] => [
    name,
    new PyFunction(name, (args) => call(args, context), isType),
  ];
  return new Map([
    ...[...TYPES].map(([name, call]) => wrap(name, call, true)),
    ...[...FUNCTIONS].map(([name, call]) => wrap(name, call, false)),
  ]);
}

/** Names that Python knows and configs may not use. */
export const FORBIDDEN_BUILTINS: ReadonlySet<string> = new Set(
  (
    'open eval exec compile input globals locals vars dir getattr setattr hasattr delattr type object super property ' +
    'id hash callable issubclass classmethod staticmethod bytes bytearray memoryview complex slice breakpoint ' +
    '__import__ exit quit help ascii'
  ).split(' '),
);

function one(name: string, args: CallArguments): Value {
  return bind(name, args, ['x'])[0] ?? null;
}

function pair(name: string, args: CallArguments): [Value, Value] {
  const [a = null, b = null] = bind(name, args, ['a', 'b']);
  return [a, b];
}

function itemsOf(name: string, args: CallArguments, { place, budget }: Context): readonly Slot[] {
  if (args.positional.length === 0 && (name === 'list' || name === 'tuple' || name === 'set')) return [];
  return slotsOf(one(name, args), place, budget);
}

function makeDict(args: CallArguments, { place, budget }: Context): Value {
  if (args.positional.length > 1) throw new PythonFault('dict() takes one value without a name at most');
  const dict = new PyDict();
  const [source] = args.positional;
  if (source !== undefined) update(dict, entriesOf(source.value, place, budget), budget);
  budget.spend(args.named.size);
  for (const [key, slot] of args.named) dict.entries.set(keyOf(key), { key, ...slot });
  return dict;
}

function makeSet(args: CallArguments, context: Context): Value {
  const items = itemsOf('set', args, context);
  return new PySet(new Map(items.map((slot) => [keyOf(slot.value), slot])));
}

function makeInteger(args: CallArguments): Value {
  const [value = 0n, base] = bind('int', args, ['x', 'base'], 0);
  if (typeof value === 'string') return readInteger(value, base === undefined ? 10 : integerArgument('int', base));
  const number = asNumeric(value);
  if (number === undefined || base !== undefined) throw new PythonFault(`int() does not take a ${typeName(value)}`);
  if (typeof number === 'bigint') return number;
  if (!Number.isFinite(number)) throw new PythonFault(`${number} is no integer`);
  return BigInt(Math.trunc(number));
}

function makeFloat(args: CallArguments): Value {
  const [value = 0n] = bind('float', args, ['x'], 0);
  if (typeof value === 'string') return readFloat(value);
  const number = asNumeric(value);
  if (number === undefined) throw new PythonFault(`float() does not take a ${typeName(value)}`);
  return Number(number);
}

function makeRange(args: CallArguments): Value {
  const bounds = args.positional.map(({ value }) => asInteger(value));
  const [first, second, step = 1n] = bounds;
  const bad = args.named.size > 0 || bounds.length > 3 || bounds.includes(undefined);
  if (first === undefined || bad) throw new PythonFault('range() takes one to three integers');
  if (step === 0n) throw new PythonFault('The step of a range is zero');
  const range = second === undefined ? new PyRange(0n, first, 1n) : new PyRange(first, second, step);
  if (range.length > BigInt(Number.MAX_SAFE_INTEGER)) throw overLimit('A range has too many items');
  return range;
}

function absolute(args: CallArguments): Value {
  const number = asNumeric(one('abs', args));
  if (number === undefined) throw new PythonFault('abs() takes a number');
  return number < 0 || Object.is(number, -0) ? unary('-', number) : number;
}

/** To nearest, ties to even; with digits, from the exact value, as Python rounds. */
function round(args: CallArguments): Value {
  const [value = null, digits = null] = bind('round', args, ['number', 'ndigits'], 1);
  const number = asNumeric(value);
  if (number === undefined) throw new PythonFault(`round() does not take a ${typeName(value)}`);
  const places = digits === null ? 0 : integerArgument('round', digits);
  if (typeof number === 'bigint') {
    return places >= 0 ? number : places < -5000 ? 0n : scaledInteger(number, places) * 10n ** BigInt(-places);
  }
  if (!Number.isFinite(number)) {
    if (digits === null) throw new PythonFault(`${number} is no integer`);
    return number;
  }
  if (digits === null) return scaledInteger(number, 0);
  if (places > 400) return number;
  if (places < -400) return 0;
  const scaled = scaledInteger(number, places);
  const rounded = Number(`${scaled}e${-places}`);
  return rounded === 0 && (number < 0 || Object.is(number, -0)) ? -0 : rounded;
}

function divideWithRest(args: CallArguments, { budget, place }: Context): Value {
  const [a, b] = pair('divmod', args);
  return new PyTuple(['//', '%'].map((operator) => ({ value: binary(operator, a, b, budget), place })));
}

function sum(args: CallArguments, { place, budget }: Context): Value {
  const [items = null, start = 0n] = bind('sum', args, ['iterable', 'start'], 1);
  if (typeof start === 'string') throw new PythonFault('sum() does not join strings', { fix: "use ''.join(…)" });
  return slotsOf(items, place, budget).reduce<Value>((total, slot) => binary('+', total, slot.value, budget), start);
}

function extreme(name: 'min' | 'max', args: CallArguments, context: Context): Value {
  const { place, budget } = context;
  const [key = null, fallback] = bind(name, { positional: [], named: args.named }, ['key', 'default'], 0);
  const [only, ...more] = args.positional;
  if (only === undefined) throw new PythonFault(`${name}() lacks its argument`);
  const slots = more.length > 0 ? args.positional : slotsOf(only.value, place, budget);
  const by = (value: Value): Value => (key === null ? value : callFunction(key, [{ value, place }]));
  let best: { readonly value: Value; readonly by: Value } | undefined;
  for (const { value } of slots) {
    const measure = by(value);
    const sign = best === undefined ? -1 : order(measure, best.by, budget) * (name === 'min' ? 1 : -1);
    if (sign < 0) best = { value, by: measure };
  }
  if (best !== undefined) return best.value;
  if (fallback === undefined) throw new PythonFault(`${name}() of nothing`);
  return fallback;
}

function sorted(args: CallArguments, context: Context): Value {
  const [items, ...more] = args.positional;
  if (items === undefined || more.length > 0) throw new PythonFault('sorted() takes one value to sort');
  const slots = slotsOf(items.value, context.place, context.budget);
  return new PyList(sortedSlots(slots, { positional: [], named: args.named }, context));
}

function enumerate(args: CallArguments, { place, budget }: Context): Value {
  const [items = null, start = 0n] = bind('enumerate', args, ['iterable', 'start'], 1);
  const first = asInteger(start);
  if (first === undefined) throw new PythonFault('enumerate() counts from an integer');
  const slots = slotsOf(items, place, budget);
  const pairs = slots.map((slot, at) => new PyTuple([{ value: first + BigInt(at), place }, slot]));
  return new PyIterator(
    'enumerate',
    pairs.map((value) => ({ value, place })),
  );
}

function zip(args: CallArguments, { place, budget }: Context): Value {
  const strict = isTrue(bind('zip', { positional: [], named: args.named }, ['strict'], 0)[0] ?? false);
  const columns = args.positional.map(({ value }) => slotsOf(value, place, budget));
  const lengths = columns.map((column) => column.length);
  const length = lengths.length === 0 ? 0 : Math.min(...lengths);
  if (strict && lengths.some((each) => each !== length))
    throw new PythonFault('zip() is given lists of several lengths');
  const rows = Array.from({ length }, (_, at) => new PyTuple(columns.map((column) => column[at] as Slot)));
  return new PyIterator(
    'zip',
    rows.map((value) => ({ value, place })),
  );
}

function mapEach(args: CallArguments, { place, budget }: Context): Value {
  const [callee, ...sources] = args.positional;
  if (callee === undefined || sources.length === 0)
    throw new PythonFault('map() takes a function and what to walk over');
  const columns = sources.map(({ value }) => slotsOf(value, place, budget));
  const length = Math.min(...columns.map((column) => column.length));
  const values = Array.from({ length }, (_, at) =>
    callFunction(
      callee.value,
      columns.map((column) => column[at] as Slot),
    ),
  );
  return new PyIterator(
    'map',
    values.map((value) => ({ value, place })),
  );
}

function filter(args: CallArguments, { place, budget }: Context): Value {
  const [callee = null, items = null] = bind('filter', args, ['function', 'iterable']);
  const keeps = (slot: Slot): boolean => isTrue(callee === null ? slot.value : callFunction(callee, [slot]));
  return new PyIterator('filter', slotsOf(items, place, budget).filter(keeps));
}

function next(args: CallArguments): Value {
  const [iterator = null, fallback] = bind('next', args, ['iterator', 'default'], 1);
  if (!(iterator instanceof PyIterator)) throw new PythonFault(`A ${typeName(iterator)} is no iterator`);
  const value = iterator.next()?.value ?? fallback;
  if (value === undefined) throw new PythonFault('The iterator is at its end');
  return value;
}

function format(args: CallArguments, { budget }: Context): Value {
  const [value = null, spec = ''] = bind('format', args, ['value', 'format_spec'], 1);
  return formatValue(value, String(spec), budget);
}

/** Calls a value with positional arguments. */
export function callFunction(callee: Value, positional: readonly Slot[], named?: CallArguments['named']): Value {
  if (callee instanceof PyFunction) return callee.call({ positional, named: named ?? new Map() });
  if (callee instanceof PyLazy) throw outsideSubset(`Calling '${callee.path}', which the config only imports,`);
  throw new PythonFault(`A ${typeName(callee)} cannot be called`);
}

function isInstance(args: CallArguments): Value {
  const [value = null, types = null] = bind('isinstance', args, ['obj', 'classes']);
  const wanted = types instanceof PyTuple ? types.slots.map((slot) => slot.value) : [types];
  const name = typeName(value);
  return wanted.some((type) => {
    if (!(type instanceof PyFunction && type.isType)) throw new PythonFault('isinstance() takes types');
    return (
      type.name === name || (type.name === 'int' && name === 'bool') || (type.name === 'dict' && name === 'ConfigDict')
    );
  });
}
