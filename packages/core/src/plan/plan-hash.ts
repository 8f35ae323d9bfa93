import type { JsonValue } from '../ir/json.js';
import { fnv1a64 } from '../rng/fnv1a64.js';

/**
 * 64-bit FNV-1a of the canonical JSON of a value, 16 hexadecimal digits: equal for equal data, whatever the order of
 * keys. It tells plans apart; it does not protect against an adversary.
 */
export function hashJson(value: JsonValue): string {
  return fnv1a64(canonicalJson(value)).toString(16).padStart(16, '0');
}

/** JSON without spaces and with sorted keys. */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
}

function isArray(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
