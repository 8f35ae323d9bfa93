import type { Context } from './context.js';
import { CONFIG_METHODS, DICT_METHODS, SET_METHODS } from './dict-methods.js';
import { outsideSubset, PythonFault } from './fault.js';
import { formatMethod } from './format-method.js';
import { keyOf } from './keys.js';
import { LIST_METHODS, SEQUENCE_METHODS } from './list-methods.js';
import { missingKey, setItem } from './mapping.js';
import { TEXT_METHODS } from './text-methods.js';
import {
  asInteger,
  type CallArguments,
  PyDict,
  PyFunction,
  PyLazy,
  PyList,
  PyModule,
  PySet,
  PyTuple,
  type Slot,
  typeName,
  type Value,
} from './values.js';

type Call = (args: CallArguments) => Value;

/** `object.name`. */
export function getAttribute(object: Value, name: string, context: Context): Value {
  if (object instanceof PyLazy) return new PyLazy(`${object.path}.${name}`);
  if (object instanceof PyModule) {
    const member = object.members.get(name);
    if (member === undefined) throw outsideSubset(`'${object.name}.${name}'`);
    return member;
  }
  const method = methodOf(object, name, context);
  if (method !== undefined) return new PyFunction(name, method);
  if (object instanceof PyDict && object.config) {
    const entry = object.entries.get(keyOf(name));
    if (entry !== undefined) return entry.value;
    throw new PythonFault(`The config has no key '${name}'${listed(object)}`);
  }
  if (object instanceof PyFunction && object.name === 'dict' && name === 'fromkeys')
    throw outsideSubset("'dict.fromkeys'");
  const number = asInteger(object);
  if (number !== undefined && name === 'real') return number;
  throw new PythonFault(`A ${typeName(object)} has no attribute '${name}' that configs may use`, {
    code: 'unsupported-python',
  });
}

/** The keys that are there, as a help. */
function listed(dict: PyDict): string {
  const keys = [...dict.entries.keys()].map(String);
  const shown = keys.slice(0, 8).join(', ');
  return keys.length === 0 ? ': it is empty' : `; it has ${shown}${keys.length > 8 ? ', …' : ''}`;
}

function methodOf(object: Value, name: string, context: Context): Call | undefined {
  if (typeof object === 'string') {
    const attribute = (of: Value, inner: string): Value => getAttribute(of, inner, context);
    if (name === 'format') return (args) => formatMethod(object, args, attribute, context.budget);
    return bound(TEXT_METHODS.get(name), object, context);
  }
  if (object instanceof PyList) {
    return bound(LIST_METHODS.get(name), object, context) ?? bound(SEQUENCE_METHODS.get(name), object, context);
  }
  if (object instanceof PyTuple) return bound(SEQUENCE_METHODS.get(name), object, context);
  if (object instanceof PySet) return bound(SET_METHODS.get(name), object, context);
  if (object instanceof PyDict) {
    const own = object.config ? CONFIG_METHODS.get(name) : undefined;
    return bound(own ?? DICT_METHODS.get(name), object, context);
  }
  return undefined;
}

function bound<T>(
  method: ((object: T, args: CallArguments, context: Context) => Value) | undefined,
  object: T,
  context: Context,
): Call | undefined {
  return method === undefined ? undefined : (args) => method(object, args, context);
}

/** `object.name = value`, which only ConfigDicts know. */
export function setAttribute(object: Value, name: string, slot: Slot, context: Context): void {
  if (!(object instanceof PyDict && object.config)) {
    throw new PythonFault(`The attributes of a ${typeName(object)} cannot be set`, {
      fix: `write ['${name}'] for a key of a dict`,
    });
  }
  if (CONFIG_METHODS.has(name) || DICT_METHODS.has(name)) throw new PythonFault(`'${name}' is a method of every dict`);
  setItem(object, name, slot, context.budget);
}

/** `del object.name`. */
export function deleteAttribute(object: Value, name: string): void {
  if (!(object instanceof PyDict && object.config)) {
    throw new PythonFault(`The attributes of a ${typeName(object)} cannot be deleted`);
  }
  if (!object.entries.delete(keyOf(name))) throw missingKey(name);
}
