import type { ByteSource, ReadAllowance } from '@incipit/core';
import type { ByteCursor } from '../common/byte-cursor.js';
import { malformed } from '../common/checkpoint-of.js';
import { PyDict, PyInert, PyTuple, ScriptModule } from './pickle-values.js';

/** What names and calls of a pickle mean. Nothing of a file is ever executed: this decides from a closed list. */
export interface PickleMeaning {
  global(module: string, name: string): unknown;
  call(callable: unknown, args: readonly unknown[]): unknown;
  persistent(id: unknown): unknown;
}

const MARK = Symbol('mark');
/** Python's numbers have no limit; ours have one. */
const MAX_LONG_BYTES = 256;
/** Slots of the memo that a pickle may leave out. */
const MAX_GAP = 1024;
/** A slot that is left out: the array that grows by it is held twice for a while. */
const SLOT_BYTES = 64;

/** One run of the machine. */
interface Machine {
  readonly source: Pick<ByteSource, 'name'>;
  readonly cursor: ByteCursor;
  readonly meaning: PickleMeaning;
  readonly allowance: ReadAllowance;
  readonly stack: unknown[];
  readonly memo: unknown[];
}

/** What an instruction takes: a place on the stack or in the memo, and what it makes. */
const COSTS: Uint16Array = new Uint16Array(256).fill(24);
for (const [bytes, codes] of [
  [320, [0x7d]], // dict
  [96, [0x5d, 0x29, 0x8f, 0x74, 0x85, 0x86, 0x87, 0x6c, 0x91]], // list, tuple, set
  [240, [0x52, 0x81, 0x8a, 0x8b]], // call, long
  [400, [0x51]], // storage
  [256, [0x63, 0x93]], // name
  [96, [0x58, 0x8c, 0x8d, 0x54, 0x55, 0x42, 0x43, 0x8e, 0x96]], // text, bytes
  [96, [0x73]], // item of a dict
] as const) {
  for (const code of codes) COSTS[code] = bytes;
}
const ITEM_BYTES = 64;

type Step = (machine: Machine) => void;

/**
 * Reads one pickle of protocol 2 to 5, up to and with its end.
 *
 * @throws CheckpointError `malformed` or `too-large`; `EndOfBytes` when the pickle goes on beyond the bytes; as `meaning` does.
 */
export function unpickle(
  source: Pick<ByteSource, 'name'>,
  cursor: ByteCursor,
  { meaning, allowance }: Pick<Machine, 'meaning' | 'allowance'>,
): unknown {
  const machine: Machine = { source, cursor, meaning, allowance, stack: [], memo: [] };
  for (;;) {
    const code = cursor.u8();
    allowance.spend(source, COSTS[code] ?? 0);
    if (code === 0x2e) return pop(machine);
    const step = STEPS.get(code);
    if (step === undefined) throw broken(machine, `it has the unknown instruction 0x${code.toString(16)}`);
    step(machine);
  }
}

function broken(machine: Machine, what: string): Error {
  return malformed(machine.source, `its pickle cannot be read at byte ${machine.cursor.at}: ${what}`);
}

function pop(machine: Machine): unknown {
  if (machine.stack.length === 0) throw broken(machine, 'a value is missing');
  const value = machine.stack.pop();
  if (value === MARK) throw broken(machine, 'a value is missing');
  return value;
}

function popToMark(machine: Machine): unknown[] {
  const at = machine.stack.lastIndexOf(MARK);
  if (at < 0) throw broken(machine, 'a mark is missing');
  const values = machine.stack.splice(at);
  values.shift();
  return values;
}

function top(machine: Machine): unknown {
  const value = machine.stack.at(-1);
  if (value === undefined || value === MARK) throw broken(machine, 'a value is missing');
  return value;
}

function append(machine: Machine, values: readonly unknown[]): void {
  const list = top(machine);
  if (Array.isArray(list)) for (const value of values) list.push(value);
  else if (!(list instanceof PyInert)) throw broken(machine, 'something is appended to what is no list');
}

function setItems(machine: Machine, items: readonly unknown[]): void {
  const target = top(machine);
  if (items.length % 2 !== 0) throw broken(machine, 'a key has no value');
  machine.allowance.spend(machine.source, ITEM_BYTES * (items.length / 2));
  if (target instanceof PyDict) for (let k = 0; k < items.length; k += 2) target.set(items[k], items[k + 1]);
  else if (!(target instanceof PyInert)) throw broken(machine, 'a key is set on what is no dict');
}

function remember(machine: Machine, slot: number): void {
  // Slots are used in order; a number from afar would make an array of holes.
  if (slot > machine.memo.length + MAX_GAP) throw broken(machine, `it remembers a value as number ${slot}`);
  while (machine.memo.length < slot) {
    machine.allowance.spend(machine.source, SLOT_BYTES);
    machine.memo.push(undefined);
  }
  machine.memo[slot] = top(machine);
}

function recall(machine: Machine, slot: number): void {
  const value = machine.memo[slot];
  if (value === undefined) throw broken(machine, 'it refers to what it did not say');
  machine.stack.push(value);
}

function tuple(machine: Machine, length: number): void {
  const { stack } = machine;
  const items = stack.splice(Math.max(0, stack.length - length));
  if (items.length < length || items.includes(MARK)) throw broken(machine, 'a value is missing');
  stack.push(new PyTuple(items));
}

function long(machine: Machine, length: number): void {
  if (length > MAX_LONG_BYTES) throw broken(machine, `a number takes ${length} bytes`);
  const bytes = machine.cursor.take(length);
  if (length > 8) {
    // Nothing here is counted by it.
    machine.stack.push(new PyInert('int'));
    return;
  }
  let value = 0n;
  for (let k = length - 1; k >= 0; k--) value = (value << 8n) | BigInt(bytes[k] ?? 0);
  const signed = BigInt.asIntN(8 * length, value);
  const number = Number(signed);
  machine.stack.push(Number.isSafeInteger(number) ? number : new PyInert('int'));
}

function globalNamed(machine: Machine, module: unknown, name: unknown): void {
  if (typeof module !== 'string' || typeof name !== 'string') throw broken(machine, 'a name is no text');
  machine.stack.push(machine.meaning.global(module, name));
}

function line(machine: Machine): string {
  const { bytes, at } = machine.cursor;
  const end = bytes.indexOf(0x0a, at);
  const text = machine.cursor.text((end < 0 ? bytes.byteLength : end) - at);
  machine.cursor.skip(1);
  return text;
}

function call(machine: Machine): void {
  const args = pop(machine);
  const callable = pop(machine);
  if (!(args instanceof PyTuple)) throw broken(machine, 'a call has no arguments');
  machine.stack.push(machine.meaning.call(callable, args.items));
}

/** State makes modules of programs; on other objects, inert here, and on dicts, as `_metadata`, it means nothing. */
function build(machine: Machine): void {
  const state = pop(machine);
  const object = top(machine);
  if (object instanceof ScriptModule && state instanceof PyDict) object.fields = state;
}

const push =
  (make: (machine: Machine) => unknown): Step =>
  (machine) =>
    void machine.stack.push(make(machine));

/** A text is held twice where it is not ASCII. */
function text(machine: Machine, length: number): string {
  machine.allowance.spend(machine.source, 2 * Math.min(length, machine.cursor.left));
  return machine.cursor.text(length);
}

/** Latin-1, as Python 2's text was read. */
function oldText(machine: Machine, length: number): string {
  const bytes = machine.cursor.take(length);
  machine.allowance.spend(machine.source, 4 * length);
  let whole = '';
  for (let at = 0; at < length; at += 4096) whole += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return whole;
}

const STEPS: ReadonlyMap<number, Step> = new Map<number, Step>([
  [0x80, (m) => void m.cursor.skip(1)], // PROTO
  [0x95, (m) => void m.cursor.skip(8)], // FRAME
  [0x28, push(() => MARK)],
  [0x30, (m) => void pop(m)],
  [0x31, (m) => void popToMark(m)],
  [0x32, (m) => void m.stack.push(top(m))],
  [0x4e, push(() => null)],
  [0x88, push(() => true)],
  [0x89, push(() => false)],
  [0x4a, push((m) => m.cursor.i32())],
  [0x4b, push((m) => m.cursor.u8())],
  [0x4d, push((m) => m.cursor.u16())],
  [0x8a, (m) => long(m, m.cursor.u8())],
  [0x8b, (m) => long(m, m.cursor.u32())],
  [0x47, push((m) => m.cursor.f64(true))],
  [0x58, push((m) => text(m, m.cursor.u32()))], // BINUNICODE
  [0x8c, push((m) => text(m, m.cursor.u8()))],
  [0x8d, push((m) => text(m, m.cursor.u64()))],
  [0x54, push((m) => oldText(m, m.cursor.u32()))], // BINSTRING
  [0x55, push((m) => oldText(m, m.cursor.u8()))],
  [0x42, push((m) => m.cursor.take(m.cursor.u32()))], // BINBYTES
  [0x43, push((m) => m.cursor.take(m.cursor.u8()))],
  [0x8e, push((m) => m.cursor.take(m.cursor.u64()))],
  [0x96, push((m) => m.cursor.take(m.cursor.u64()))], // BYTEARRAY8
  [0x5d, push(() => [])],
  [0x29, push(() => new PyTuple([]))],
  [0x7d, push(() => new PyDict())],
  [0x8f, push(() => [])], // EMPTY_SET
  [0x61, (m) => append(m, [pop(m)])],
  [0x65, (m) => append(m, popToMark(m))],
  [0x90, (m) => append(m, popToMark(m))], // ADDITEMS
  [0x73, (m) => setItems(m, [pop(m), pop(m)].reverse())],
  [0x75, (m) => setItems(m, popToMark(m))],
  [0x74, (m) => void m.stack.push(new PyTuple(popToMark(m)))],
  [0x85, (m) => tuple(m, 1)],
  [0x86, (m) => tuple(m, 2)],
  [0x87, (m) => tuple(m, 3)],
  [0x6c, (m) => void m.stack.push(popToMark(m))], // LIST
  [0x91, (m) => void m.stack.push(popToMark(m))], // FROZENSET
  [0x71, (m) => remember(m, m.cursor.u8())], // BINPUT
  [0x72, (m) => remember(m, m.cursor.u32())],
  [0x94, (m) => remember(m, m.memo.length)], // MEMOIZE
  [0x68, (m) => recall(m, m.cursor.u8())], // BINGET
  [0x6a, (m) => recall(m, m.cursor.u32())],
  [0x63, (m) => globalNamed(m, line(m), line(m))], // GLOBAL
  [0x93, (m) => globalNamed(m, ...([pop(m), pop(m)].reverse() as [unknown, unknown]))], // STACK_GLOBAL
  [0x52, call], // REDUCE
  [0x81, call], // NEWOBJ
  [0x62, build],
  [0x51, (m) => void m.stack.push(m.meaning.persistent(pop(m)))], // BINPERSID
]);
