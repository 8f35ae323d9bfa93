/** Whether a value is a plain mapping: an object that is no array and no instance of a class. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  // Engines answer this a good deal faster than what the prototype is; building asks it for every node.
  if (value.constructor === Object) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return true;
  if (Array.isArray(value)) return false;
  // Mappings from another realm (an iframe, a vm context) have another Object.prototype, which itself has none.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Longest text of a value inside a message. */
const SHOWN_LENGTH = 80;

/** A value as a message shows it: short, and safe for cycles, functions and hostile sizes. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') {
    return value.length > SHOWN_LENGTH ? `${JSON.stringify(value.slice(0, SHOWN_LENGTH))}…` : JSON.stringify(value);
  }
  if (typeof value === 'function') return 'a function or class';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return showList(value);
  if (!isMapping(value)) return 'an instance of a class';
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty mapping' : `a mapping with ${shorten(keys.slice(0, 8).join(', '))}`;
}

function showList(list: readonly unknown[]): string {
  if (list.length === 0) return 'an empty list';
  const simple = list.length <= 4 && list.every((item) => typeof item !== 'object' || item === null);
  return simple ? `[${list.map(showValue).join(', ')}]` : `a list of ${list.length} items`;
}

/** A text as a message shows it: names and keys can be of any length. */
export function shorten(text: string, length: number = SHOWN_LENGTH): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
