import type { EntryKind, RegistryClass, RegistryValue } from './container.js';

/**
 * Whether a value is a class or a function. A `class`, whatever was compiled from one, and the platform's own
 * constructors are classes; arrow functions, async functions, bound functions and plain `function`s are functions.
 */
export function kindOfValue(value: RegistryValue<unknown>): EntryKind {
  if (/^class\b/.test(Function.prototype.toString.call(value))) return 'class';
  return isConstructor(value) && hasMembers(value) ? 'class' : 'function';
}

/** A function that was written to be one has nothing to inherit: neither methods nor a base class. */
function hasMembers(value: RegistryClass<unknown>): boolean {
  const prototype: unknown = value.prototype;
  if (typeof prototype !== 'object' || prototype === null) return false;
  const members = Reflect.ownKeys(prototype).length > (Object.hasOwn(prototype, 'constructor') ? 1 : 0);
  return members || Object.getPrototypeOf(prototype) !== Object.prototype;
}

/** Whether `new` works on a value: not so for arrow functions, methods and async functions. */
function isConstructor(value: RegistryValue<unknown>): value is RegistryClass<unknown> {
  try {
    // Asks for the constructor behaviour without running the function's body.
    Reflect.construct(Object, [], value);
    return true;
  } catch {
    return false;
  }
}
