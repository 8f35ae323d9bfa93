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
  let text = '';
  if (isArray(value)) {
    for (const item of value) text += `${text === '' ? '' : ','}${canonicalJson(item)}`;
    return `[${text}]`;
  }
  for (const key of Object.keys(value).sort()) {
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`;
  }
  return `{${text}}`;
}

function isArray(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
