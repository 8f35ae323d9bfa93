import { bind } from './bind.js';
import { PythonFault } from './fault.js';
import { slotsOf } from './iterate.js';
import { keyOf } from './keys.js';
import { copyDict, deepCopy, entriesOf, missingKey, setItem, update } from './mapping.js';
import type { MethodContext } from './text-methods.js';
import {
  type CallArguments,
  type Entry,
  PyDict,
  PyList,
  PySet,
  PyTuple,
  PyView,
  type Slot,
  type Value,
} from './values.js';

type DictMethod = (dict: PyDict, args: CallArguments, context: MethodContext) => Value;
type SetMethod = (set: PySet, args: CallArguments, context: MethodContext) => Value;

/** Methods of dicts; those of ConfigDicts differ as mmengine has them. */
export const DICT_METHODS: ReadonlyMap<string, DictMethod> = new Map<string, DictMethod>([
  ['get', get],
  ['pop', pop],
  ['popitem', popItem],
  ['setdefault', setDefault],
  ['update', updateWith],
  ['copy', (dict, args, { budget }) => copyDict(noArguments('copy', dict, args), budget)],
  ['keys', (dict, args) => new PyView(noArguments('keys', dict, args), 'keys')],
  ['values', (dict, args, context) => parts(dict, args, context, 'values')],
  ['items', (dict, args, context) => parts(dict, args, context, 'items')],
  ['clear', clear],
]);

/** Methods that only ConfigDicts have. */
export const CONFIG_METHODS: ReadonlyMap<string, DictMethod> = new Map<string, DictMethod>([
  ['to_dict', (dict, args, { budget }) => plainDict(noArguments('to_dict', dict, args), budget)],
  ['deepcopy', (dict, args, { budget }) => deepCopy(noArguments('deepcopy', dict, args), budget)],
]);

export const SET_METHODS: ReadonlyMap<string, SetMethod> = new Map<string, SetMethod>([
  ['add', addItem],
  ['copy', (set, args) => (bind('copy', args, []).length === 0 ? new PySet(new Map(set.items)) : null)],
  ['union', (set, args, context) => new PySet(new Map([...othersOf(args, context), ...set.items]))],
]);

function noArguments(name: string, dict: PyDict, args: CallArguments): PyDict {
  bind(name, args, []);
  return dict;
}

function get(dict: PyDict, args: CallArguments): Value {
  const [key = null, fallback = null] = bind('get', args, ['key', 'default'], 1);
  return dict.entries.get(keyOf(key))?.value ?? (dict.entries.has(keyOf(key)) ? null : fallback);
}

/** A ConfigDict gives None for a missing key; a dict has no such key. */
function pop(dict: PyDict, args: CallArguments): Value {
  const [key = null, fallback = dict.config ? null : undefined] = bind('pop', args, ['key', 'default'], 1);
  const entry = dict.entries.get(keyOf(key));
  if (entry === undefined && fallback === undefined) throw missingKey(key);
  dict.entries.delete(keyOf(key));
  return entry === undefined ? (fallback ?? null) : entry.value;
}

function popItem(dict: PyDict, args: CallArguments): Value {
  const last = [...noArguments('popitem', dict, args).entries].at(-1);
  if (last === undefined) throw new PythonFault('The dict is empty');
  const [id, { key, value, place }] = last;
  dict.entries.delete(id);
  return new PyTuple([
    { value: key, place },
    { value, place },
  ]);
}

function setDefault(dict: PyDict, args: CallArguments, { place, budget }: MethodContext): Value {
  const [key = null, fallback = null] = bind('setdefault', args, ['key', 'default'], 1);
  if (!dict.entries.has(keyOf(key))) setItem(dict, key, { value: fallback, place }, budget);
  return dict.entries.get(keyOf(key))?.value ?? null;
}

function updateWith(dict: PyDict, args: CallArguments, { place, budget }: MethodContext): Value {
  const [other, ...more] = args.positional;
  if (more.length > 0) throw new PythonFault('update() takes one dict at most');
  const added: Entry[] = other === undefined ? [] : entriesOf(other.value, place, budget);
  // Written out at the call, a pair's place is where it stands there.
  const named = [...args.named].map(([key, slot]): Entry => ({ key, ...slot }));
  update(dict, [...added, ...named], budget);
  return null;
}

/** A ConfigDict gives lists here, which do not change with it. */
function parts(dict: PyDict, args: CallArguments, { place, budget }: MethodContext, part: 'values' | 'items'): Value {
  const view = new PyView(noArguments(part, dict, args), part);
  return dict.config ? new PyList([...slotsOf(view, place, budget)]) : view;
}

function clear(dict: PyDict, args: CallArguments): Value {
  noArguments('clear', dict, args).entries.clear();
  return null;
}

function plainDict(dict: PyDict, budget: MethodContext['budget']): Value {
  const plain = (value: Value): Value => {
    budget.spend(1);
    if (value instanceof PyList) return new PyList(value.slots.map((slot) => ({ ...slot, value: plain(slot.value) })));
    if (value instanceof PyTuple)
      return new PyTuple(value.slots.map((slot) => ({ ...slot, value: plain(slot.value) })));
    if (!(value instanceof PyDict)) return value;
    return new PyDict(new Map([...value.entries].map(([id, entry]) => [id, { ...entry, value: plain(entry.value) }])));
  };
  // A copy first: it refuses what nests without end.
  return plain(deepCopy(dict, budget));
}

function addItem(set: PySet, args: CallArguments, { place }: MethodContext): Value {
  const [item = null] = bind('add', args, ['elem']);
  const id = keyOf(item);
  if (!set.items.has(id)) set.items.set(id, { value: item, place });
  return null;
}

function othersOf(args: CallArguments, { place, budget }: MethodContext): [ReturnType<typeof keyOf>, Slot][] {
  return args.positional.flatMap(({ value }) =>
    slotsOf(value, place, budget).map((slot): [ReturnType<typeof keyOf>, Slot] => [keyOf(slot.value), slot]),
  );
}
