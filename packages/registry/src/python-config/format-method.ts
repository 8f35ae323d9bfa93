import type { Budget } from './budget.js';
import { PythonFault } from './fault.js';
import { formatValue } from './format-spec.js';
import { asciiCode, toCode, toText } from './show.js';
import { getItem } from './subscript.js';
import type { CallArguments, Value } from './values.js';

/** Fields inside the specification of a field, as Python allows. */
const MAX_NESTED = 2;

/** What evaluating `{name.attribute}` needs. */
type ReadAttribute = (object: Value, name: string) => Value;

/** Python's `format.format(*args, **kwargs)`. */
export function formatMethod(format: string, args: CallArguments, attribute: ReadAttribute, budget: Budget): string {
  return new Formatter(args, attribute, budget).fill(format, 0);
}

class Formatter {
  readonly #args: CallArguments;
  readonly #attribute: ReadAttribute;
  readonly #budget: Budget;
  #next = 0;

  constructor(args: CallArguments, attribute: ReadAttribute, budget: Budget) {
    this.#args = args;
    this.#attribute = attribute;
    this.#budget = budget;
  }

  fill(format: string, depth: number): string {
    if (depth >= MAX_NESTED) throw new PythonFault('The fields of a format nest too deep');
    this.#budget.spendSize(format.length);
    let text = '';
    for (let at = 0; at < format.length; at++) {
      const character = format[at] ?? '';
      if ((character === '{' || character === '}') && format[at + 1] === character) {
        text += character;
        at += 1;
      } else if (character === '{') {
        const end = closingBrace(format, at);
        text += this.#field(format.slice(at + 1, end), depth);
        at = end;
      } else if (character === '}') throw new PythonFault("A single '}' stands in the format");
      else text += character;
    }
    return text;
  }

  #field(body: string, depth: number): string {
    const [, path = '', conversion, spec] = /^([^!:]*)(?:!([^:]*))?(?::([\s\S]*))?$/.exec(body) ?? [];
    const value = this.#value(path);
    const filled = spec === undefined || !spec.includes('{') ? (spec ?? '') : this.fill(spec, depth + 1);
    if (conversion === undefined) return formatValue(value, filled, this.#budget);
    if (conversion === 's') return formatValue(toText(value, this.#budget), filled, this.#budget);
    const code = toCode(value, this.#budget);
    return formatValue(conversion === 'a' ? asciiCode(code) : code, filled, this.#budget);
  }

  #value(path: string): Value {
    const [head = '', ...steps] = path.split(/(?=[.[])/);
    let value = this.#argument(head);
    for (const step of steps) {
      const index = /^\[(.*)\]$/.exec(step)?.[1];
      if (index === undefined) value = this.#attribute(value, step.slice(1));
      else value = getItem(value, /^\d+$/.test(index) ? BigInt(index) : index, this.#budget);
    }
    return value;
  }

  #argument(name: string): Value {
    const index = name === '' ? this.#next++ : /^\d+$/.test(name) ? Number(name) : undefined;
    const slot = index === undefined ? this.#args.named.get(name) : this.#args.positional[index];
    if (slot !== undefined) return slot.value;
    throw new PythonFault(
      `The format asks for ${index === undefined ? `'${name}'` : `value ${index}`}, which is not given`,
    );
  }
}

function closingBrace(format: string, open: number): number {
  let depth = 0;
  for (let at = open; at < format.length; at++) {
    if (format[at] === '{') depth += 1;
    else if (format[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  throw new PythonFault("A '{' of the format is never closed");
}
