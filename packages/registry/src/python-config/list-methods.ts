import { bind, bindSlots, integerArgument } from './bind.js';
import { equal, order } from './compare.js';
import { PythonFault } from './fault.js';
import { slotsOf } from './iterate.js';
import { position } from './subscript.js';
import type { MethodContext } from './text-methods.js';
import { type CallArguments, isTrue, PyFunction, PyList, type PyTuple, type Slot, type Value } from './values.js';

type ListMethod = (list: PyList, args: CallArguments, context: MethodContext) => Value;
type SequenceMethod = (sequence: PyList | PyTuple, args: CallArguments, context: MethodContext) => Value;

/** Methods that tuples have too. */
export const SEQUENCE_METHODS: ReadonlyMap<string, SequenceMethod> = new Map<string, SequenceMethod>([
  ['count', countEqual],
  ['index', indexOf],
]);

/** Methods that change a list or copy it. */
export const LIST_METHODS: ReadonlyMap<string, ListMethod> = new Map<string, ListMethod>([
  ['append', append],
  ['extend', extend],
  ['insert', insert],
  ['pop', pop],
  ['remove', remove],
  ['clear', (list, args) => replaceAll('clear', list, args, () => [])],
  ['reverse', (list, args) => replaceAll('reverse', list, args, (slots) => [...slots].reverse())],
  ['sort', sort],
  ['copy', (list, args) => new PyList([...noArguments('copy', list, args)])],
]);

function noArguments(name: string, list: PyList, args: CallArguments): Slot[] {
  bind(name, args, []);
  return list.slots;
}

function replaceAll(name: string, list: PyList, args: CallArguments, by: (slots: Slot[]) => Slot[]): Value {
  list.slots = by(noArguments(name, list, args));
  return null;
}

function append(list: PyList, args: CallArguments, { place, budget }: MethodContext): Value {
  const [item] = bindSlots('append', args, ['object']);
  budget.spend(1);
  if (item !== undefined) list.slots.push({ value: item.value, place });
  return null;
}

function extend(list: PyList, args: CallArguments, { place, budget }: MethodContext): Value {
  const added = slotsOf(bind('extend', args, ['iterable'])[0] ?? null, place, budget);
  budget.spendSize(list.slots.length + added.length);
  list.slots = [...list.slots, ...added];
  return null;
}

function insert(list: PyList, args: CallArguments, { place, budget }: MethodContext): Value {
  const [index, item = null] = bind('insert', args, ['index', 'object']);
  budget.spend(list.slots.length);
  list.slots.splice(integerArgument('insert', index), 0, { value: item, place });
  return null;
}

function pop(list: PyList, args: CallArguments, { budget }: MethodContext): Value {
  const [index = -1n] = bind('pop', args, ['index'], 0);
  budget.spend(1);
  const [gone] = list.slots.splice(position(index, list.slots.length), 1);
  return gone?.value ?? null;
}

function remove(list: PyList, args: CallArguments, context: MethodContext): Value {
  list.slots.splice(Number(indexOf(list, args, context)), 1);
  return null;
}

function countEqual(sequence: PyList | PyTuple, args: CallArguments, { budget }: MethodContext): Value {
  const [item = null] = bind('count', args, ['value']);
  return BigInt(sequence.slots.filter((slot) => equal(slot.value, item, budget)).length);
}

function indexOf(sequence: PyList | PyTuple, args: CallArguments, { budget }: MethodContext): bigint {
  const [item = null] = bind('index', args, ['value']);
  const at = sequence.slots.findIndex((slot) => equal(slot.value, item, budget));
  if (at < 0) throw new PythonFault('The value looked for is not in the list');
  return BigInt(at);
}

function sort(list: PyList, args: CallArguments, context: MethodContext): Value {
  list.slots = sortedSlots(list.slots, args, context);
  return null;
}

/** Slots in order, by the arguments `key` and `reverse`; equal ones keep theirs. */
export function sortedSlots(slots: readonly Slot[], args: CallArguments, { place, budget }: MethodContext): Slot[] {
  const [key = null, reverse = false] = bind('sort', { positional: [], named: args.named }, ['key', 'reverse'], 0);
  if (args.positional.length > 0) throw new PythonFault('sort() takes its arguments by name');
  if (key !== null && !(key instanceof PyFunction)) throw new PythonFault('The key to sort by is no function');
  const keyed = slots.map((slot) => ({
    slot,
    by: key === null ? slot.value : key.call({ positional: [{ value: slot.value, place }], named: new Map() }),
  }));
  const sign = isTrue(reverse) ? -1 : 1;
  keyed.sort((a, b) => sign * order(a.by, b.by, budget));
  return keyed.map(({ slot }) => slot);
}
