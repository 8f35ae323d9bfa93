import { PythonFault } from './fault.js';
import { asInteger, type CallArguments, type Slot, typeName, type Value } from './values.js';

/**
 * Gives the arguments of a call to parameters, by position and by name.
 *
 * @param parameters in order; those after `required` may be missing.
 * @throws PythonFault for what is missing, unknown or too many.
 */
export function bind(
  callee: string,
  args: CallArguments,
  parameters: readonly string[],
  required: number = parameters.length,
): readonly (Value | undefined)[] {
  return bindSlots(callee, args, parameters, required).map((slot) => slot?.value);
}

/** {@link bind}, with the places. */
export function bindSlots(
  callee: string,
  args: CallArguments,
  parameters: readonly string[],
  required: number = parameters.length,
): readonly (Slot | undefined)[] {
  if (args.positional.length > parameters.length) {
    throw new PythonFault(`${callee}() takes at most ${parameters.length} arguments, not ${args.positional.length}`);
  }
  const bound: (Slot | undefined)[] = parameters.map((_, at) => args.positional[at]);
  for (const [name, slot] of args.named) {
    const at = parameters.indexOf(name);
    if (at < 0) throw new PythonFault(`${callee}() takes no argument '${name}'`);
    if (bound[at] !== undefined) throw new PythonFault(`${callee}() is given '${name}' twice`);
    bound[at] = slot;
  }
  const missing = parameters.find((_, at) => at < required && bound[at] === undefined);
  if (missing !== undefined) throw new PythonFault(`${callee}() lacks its argument '${missing}'`);
  return bound;
}

/** An argument that must be a string. */
export function textArgument(callee: string, value: Value | undefined): string {
  if (typeof value === 'string') return value;
  throw new PythonFault(`${callee}() takes a string, not a ${typeName(value ?? null)}`);
}

/** An argument that must be an integer, within what indexes need. */
export function integerArgument(callee: string, value: Value | undefined): number {
  const number = asInteger(value ?? null);
  if (number !== undefined) return Number(number);
  throw new PythonFault(`${callee}() takes an integer, not a ${typeName(value ?? null)}`);
}
