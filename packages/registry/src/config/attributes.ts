import { isMapping } from '../schema/mapping.js';
import type { ConfigPath } from '../schema/origin.js';
import { isTuple } from './value.js';

/** What checked access asks of a config. */
export interface AttributeOwner {
  set(path: ConfigPath, value: unknown): unknown;
  delete(path: ConfigPath): unknown;
  /** The error for a part that is not there. */
  missing(path: ConfigPath): Error;
}

/** Names that the language itself looks up on any object: to convert, print or await it. */
const LANGUAGE_NAMES: ReadonlySet<string> = new Set(['then', 'toJSON', 'constructor', 'valueOf', 'toString']);

/**
 * A view of plain data in which a key that is not there is an error instead of `undefined`. What is written through it
 * is written to the data.
 */
export function attributesOf<T extends object>(data: T, owner: AttributeOwner, path: ConfigPath = []): T {
  const views = new WeakMap<object, object>();
  return new Proxy(data, {
    get(target, key, receiver) {
      if (typeof key === 'symbol') return Reflect.get(target, key, receiver);
      if (!Object.hasOwn(target, key)) {
        const inherited = Array.isArray(target) && key in target;
        if (inherited) return Reflect.get(target, key);
        if (LANGUAGE_NAMES.has(key)) return key === 'then' || key === 'toJSON' ? undefined : Reflect.get(target, key);
        throw owner.missing([...path, key]);
      }
      const value: unknown = Reflect.get(target, key);
      // A tuple is frozen, and what is frozen cannot be shown through another object.
      if (!isMapping(value) && (!Array.isArray(value) || isTuple(value))) return value;
      const known = views.get(value);
      if (known !== undefined) return known;
      const view = attributesOf(value as object, owner, [...path, stepOf(target, key)]);
      views.set(value, view);
      return view;
    },
    set(target, key, value) {
      if (typeof key === 'symbol') return Reflect.set(target, key, value);
      // Lists keep their own rules: `push` writes behind the end, and `length` is no part.
      if (Array.isArray(target) && !Object.hasOwn(target, key)) return Reflect.set(target, key, value);
      if (Array.isArray(target) && key === 'length') return Reflect.set(target, key, value);
      owner.set([...path, stepOf(target, key)], value);
      return true;
    },
    deleteProperty(target, key) {
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return Reflect.deleteProperty(target, key);
      owner.delete([...path, stepOf(target, key)]);
      return true;
    },
  });
}

function stepOf(target: object, key: string): string | number {
  return Array.isArray(target) && /^\d+$/.test(key) ? Number(key) : key;
}
