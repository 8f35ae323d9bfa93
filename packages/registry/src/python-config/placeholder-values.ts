import type { PlacedPlaceholder, SourceVariables } from '../config/source-reader.js';
import type { Context } from './context.js';
import type { Placeholders } from './evaluate.js';
import { PythonFault } from './fault.js';
import { keyOf } from './keys.js';
import { readLiteral } from './literal-value.js';
import { missingKey } from './mapping.js';
import { toText } from './show.js';
import { PyDict, typeName, type Value } from './values.js';

/** What the placeholders of a file stand for. */
export class PlaceholderValues implements Placeholders {
  readonly #placed: readonly PlacedPlaceholder[];
  readonly #variables: SourceVariables;
  readonly #bases: PyDict;
  readonly #context: Context;

  constructor(placed: readonly PlacedPlaceholder[], variables: SourceVariables, bases: PyDict, context: Context) {
    this.#placed = placed;
    this.#variables = variables;
    this.#bases = bases;
    this.#context = context;
  }

  /** Outside of a string: a literal such as `80` or `True` is what it says, any other text is a string. */
  value(index: number): Value {
    const { placeholder, line } = this.#at(index);
    if (placeholder.kind === 'base') return this.#inBases(placeholder.path);
    const text = this.#variables.text(placeholder, line);
    return placeholder.kind === 'predefined' ? text : readLiteral(text, this.#context);
  }

  text(index: number): string {
    const { placeholder, line } = this.#at(index);
    if (placeholder.kind !== 'base') return this.#variables.text(placeholder, line);
    const value = this.#inBases(placeholder.path);
    if (typeof value !== 'object' || value === null) return toText(value, this.#context.budget);
    throw new PythonFault(`'_base_.${placeholder.path.join('.')}' is a ${typeName(value)}, which goes into no string`, {
      fix: 'remove the quotes around the placeholder',
    });
  }

  #at(index: number): PlacedPlaceholder {
    const placed = this.#placed[index];
    if (placed === undefined) throw new PythonFault('A placeholder is not known');
    return placed;
  }

  #inBases(path: readonly string[]): Value {
    return path.reduce<Value>((value, key) => {
      const entry = value instanceof PyDict ? value.entries.get(keyOf(key)) : undefined;
      if (entry === undefined) throw missingKey(`_base_.${path.join('.')}`);
      return entry.value;
    }, this.#bases);
  }
}
