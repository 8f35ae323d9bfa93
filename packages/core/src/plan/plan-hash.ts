import type { JsonValue } from '../ir/json.js';

/**
 * 64-bit FNV-1a of the canonical JSON of a value, 16 hexadecimal digits: equal for equal data, whatever the order of
 * keys. It tells plans apart; it does not protect against an adversary.
 */
export function hashJson(value: JsonValue): string {
  return fnv1a64Hex(canonicalJson(value));
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

/** In two 32-bit words: the prime is 2^40 + 0x1b3, and a word times 0x1b3 is exact in a double. A plan is megabytes. */
function fnv1a64Hex(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of new TextEncoder().encode(text)) {
    low = (low ^ byte) >>> 0;
    const product = low * 0x1b3;
    const carry = Math.floor(product / 2 ** 32);
    high = (((high * 0x1b3 + carry) % 2 ** 32) + low * 2 ** 8) % 2 ** 32;
    low = product % 2 ** 32;
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
