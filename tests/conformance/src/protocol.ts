/** A case as the driver sends it, one JSON line. */
export interface Request {
  readonly id: string;
  readonly op: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Directory of the suite: checkpoints are named relative to it. */
  readonly dir: string;
}

/** What the adapter answers, one JSON line. */
export type Response =
  | { readonly id: string; readonly ok: unknown; readonly warnings?: readonly string[] }
  | { readonly id: string; readonly error: { readonly kind: string; readonly message: string } }
  | { readonly id: string; readonly skip: true };

import { isTuple } from '@incipit/registry/config';

/** A Python tuple: a sequence that is no list. */
export class Tuple {
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

/** Turns the protocol's `$tuple`, `$float`, `$int` into values. */
export function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (only !== undefined && entries.length === 1) {
    const [key, inner] = only;
    if (key === '$tuple') return new Tuple((inner as unknown[]).map(decode));
    if (key === '$float') return FLOATS.get(String(inner));
    if (key === '$int') return integer(String(inner));
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, decode(inner)]));
}

/** Turns what JSON lacks, numbers and tuples, into the protocol's words. */
export function encode(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $float: wordOf(value) };
  if (typeof value === 'bigint') return { $int: String(value) };
  if (Array.isArray(value)) return isTuple(value) ? { $tuple: value.map(encode) } : value.map(encode);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encode(inner)]));
}

function integer(digits: string): number | bigint {
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
}

const FLOATS: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

function wordOf(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}
