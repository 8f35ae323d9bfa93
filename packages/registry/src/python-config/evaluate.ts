import { getAttribute } from './attributes.js';
import { callFunction, FORBIDDEN_BUILTINS } from './builtins.js';
import type { Context } from './context.js';
import { outsideSubset, overLimit, PythonFault } from './fault.js';
import { type FieldSource, fillText } from './fill-text.js';
import { slotsOf } from './iterate.js';
import { keyOf } from './keys.js';
import { entriesOf, setItem } from './mapping.js';
import { binary, compare, unary } from './operators.js';
import { getItem, getSlice, type SliceBounds } from './subscript.js';
import type {
  Argument,
  CallExpression,
  Clause,
  CompareExpression,
  ComprehensionExpression,
  DictExpression,
  Expression,
  SequenceExpression,
  SliceExpression,
} from './syntax.js';
import { unpack } from './unpack.js';
import { isTrue, PyDict, PyIterator, PyList, PySet, PyTuple, type Slot, type Value } from './values.js';

/** Deepest nesting of expressions that are evaluated at the same time. */
const MAX_DEPTH = 600;

/** Names, innermost scope first. */
export interface Scope {
  readonly names: Map<string, Slot>;
  readonly outer: Scope | undefined;
}

/** What a placeholder stands for, as a value of its own and inside of a string. */
export interface Placeholders {
  value(index: number): Value;
  text(index: number): string;
}

/** Evaluates expressions. Nothing leaves it but values: no file, no clock, no code of anybody's. */
export class Evaluator implements FieldSource {
  readonly context: Context;
  readonly builtins: ReadonlyMap<string, Value>;
  readonly #placeholders: Placeholders;
  scope: Scope = { names: new Map(), outer: undefined };
  #depth = 0;

  constructor(context: Context, builtins: ReadonlyMap<string, Value>, placeholders: Placeholders) {
    this.context = context;
    this.builtins = builtins;
    this.#placeholders = placeholders;
  }

  /** The value of an expression. */
  evaluate(expression: Expression): Value {
    this.context.budget.spend(1);
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw overLimit('The expressions nest too deep');
    const value = this.#evaluate(expression);
    this.#depth -= 1;
    return value;
  }

  /** The text of a placeholder inside of a string. */
  placeholderText(index: number, line: number): string {
    this.at(line);
    return this.#placeholders.text(index);
  }

  /** The operation that begins is the one that errors are about. */
  at(line: number): Context {
    this.context.line = line;
    return this.context;
  }

  #evaluate(expression: Expression): Value {
    switch (expression.kind) {
      case 'constant':
        return expression.value;
      case 'name':
        return this.#lookUp(expression.name, expression.line);
      case 'text':
        return fillText(expression.parts, expression.line, this);
      case 'placeholder':
        this.at(expression.line);
        return this.#placeholders.value(expression.index);
      case 'sequence':
        return this.#sequence(expression);
      case 'dict':
        return this.#dict(expression);
      case 'comprehension':
        return this.#comprehension(expression);
      case 'call':
        return this.#call(expression);
      case 'attribute': {
        const object = this.evaluate(expression.object);
        return getAttribute(object, expression.name, this.at(expression.line));
      }
      case 'subscript':
        return this.#subscript(expression.object, expression.index, expression.line);
      default:
        return this.#operation(expression);
    }
  }

  #operation(
    expression: Exclude<Expression, { kind: 'constant' | 'name' | 'text' | 'placeholder' | 'sequence' | 'dict' }>,
  ): Value {
    switch (expression.kind) {
      case 'unary': {
        const operand = this.evaluate(expression.operand);
        this.at(expression.line);
        return unary(expression.operator, operand);
      }
      case 'binary': {
        const left = this.evaluate(expression.left);
        const right = this.evaluate(expression.right);
        return binary(expression.operator, left, right, this.at(expression.line).budget);
      }
      case 'compare':
        return this.#compare(expression);
      case 'logic': {
        const left = this.evaluate(expression.left);
        const decided = isTrue(left) === (expression.operator === 'or');
        return decided ? left : this.evaluate(expression.right);
      }
      case 'conditional':
        return this.evaluate(isTrue(this.evaluate(expression.test)) ? expression.whenTrue : expression.whenFalse);
      case 'unsupported':
        this.at(expression.line);
        throw outsideSubset(expression.construct);
      default:
        throw new PythonFault('The expression cannot stand here');
    }
  }

  #lookUp(name: string, line: number): Value {
    for (let scope: Scope | undefined = this.scope; scope !== undefined; scope = scope.outer) {
      const slot = scope.names.get(name);
      if (slot !== undefined) return slot.value;
    }
    const builtin = this.builtins.get(name);
    if (builtin !== undefined) return builtin;
    this.at(line);
    if (FORBIDDEN_BUILTINS.has(name)) throw outsideSubset(`'${name}'`);
    throw new PythonFault(`The name '${name}' is not defined`);
  }

  #sequence(expression: SequenceExpression): Value {
    const slots: Slot[] = [];
    for (const item of expression.items) {
      const value = this.evaluate(item.value);
      const { place, budget } = this.at(item.value.line);
      if (item.spread) slots.push(...slotsOf(value, place, budget));
      else slots.push({ value, place });
    }
    this.context.budget.spend(slots.length);
    if (expression.type === 'list') return new PyList(slots);
    if (expression.type === 'tuple') return new PyTuple(slots);
    return new PySet(new Map(slots.map((slot) => [keyOf(slot.value), slot])));
  }

  #dict(expression: DictExpression): Value {
    const dict = new PyDict();
    for (const item of expression.items) {
      if (item.key === undefined) {
        const source = this.evaluate(item.value);
        const { place, budget } = this.at(item.line);
        if (!(source instanceof PyDict)) throw new PythonFault("What follows '**' is no dict");
        for (const { key, ...slot } of entriesOf(source, place, budget)) setItem(dict, key, slot, budget);
      } else {
        const key = this.evaluate(item.key);
        const value = this.evaluate(item.value);
        const { place, budget } = this.at(item.line);
        setItem(dict, key, { value, place }, budget);
      }
    }
    return dict;
  }

  #comprehension(expression: ComprehensionExpression): Value {
    const { type, line } = expression;
    const slots: Slot[] = [];
    const dict = new PyDict();
    this.#loop(expression.clauses, () => {
      const key = expression.key === undefined ? null : this.evaluate(expression.key);
      const value = this.evaluate(expression.element);
      const { place, budget } = this.at(line);
      if (type === 'dict') setItem(dict, key, { value, place }, budget);
      else slots.push({ value, place });
    });
    if (type === 'dict') return dict;
    if (type === 'list') return new PyList(slots);
    if (type === 'set') return new PySet(new Map(slots.map((slot) => [keyOf(slot.value), slot])));
    return new PyIterator('generator', slots);
  }

  /** Runs `body` for each turn of the loops. The first source belongs to the scope outside, as in Python. */
  #loop(clauses: readonly Clause[], body: () => void): void {
    const outer = this.scope;
    const [first] = clauses;
    const start = first?.kind === 'for' ? this.slots(first.source) : [];
    const turn = (at: number): void => {
      const clause = clauses[at];
      if (clause === undefined) {
        body();
        return;
      }
      if (clause.kind === 'if') {
        if (isTrue(this.evaluate(clause.test))) turn(at + 1);
        return;
      }
      for (const slot of at === 0 ? start : this.slots(clause.source)) {
        this.context.budget.spend(1);
        this.bind(clause.target, slot);
        turn(at + 1);
      }
    };
    this.scope = { names: new Map(), outer };
    turn(0);
    this.scope = outer;
  }

  /** The items of what an expression gives. */
  slots(source: Expression): readonly Slot[] {
    const value = this.evaluate(source);
    const { place, budget } = this.at(source.line);
    return slotsOf(value, place, budget);
  }

  /** Binds names to a value or its parts. Attributes and items are no targets here. */
  bind(target: Expression, slot: Slot): void {
    if (target.kind === 'name') this.scope.names.set(target.name, slot);
    else if (target.kind === 'sequence') {
      for (const [inner, part] of this.unpack(target, slot.value)) this.bind(inner, part);
    } else throw new PythonFault('A loop can only set names');
  }

  /** The parts of a value for the targets of a sequence. */
  unpack(target: SequenceExpression, value: Value): [Expression, Slot][] {
    const { place, budget } = this.at(target.line);
    return unpack(target, slotsOf(value, place, budget), place);
  }

  #call(expression: CallExpression): Value {
    const callee = this.evaluate(expression.callee);
    const positional: Slot[] = [];
    const named = new Map<string, Slot>();
    for (const argument of expression.args) this.#argument(argument, positional, named);
    this.at(expression.line);
    return callFunction(callee, positional, named);
  }

  #argument(argument: Argument, positional: Slot[], named: Map<string, Slot>): void {
    const value = this.evaluate(argument.value);
    const { place, budget } = this.at(argument.line);
    if (argument.spread === '*') positional.push(...slotsOf(value, place, budget));
    else if (argument.spread === '**') {
      if (!(value instanceof PyDict)) throw new PythonFault("What follows '**' is no dict");
      for (const { key, ...slot } of entriesOf(value, place, budget)) {
        if (typeof key !== 'string') throw new PythonFault("A dict behind '**' has a key that is no string");
        addNamed(named, key, slot);
      }
    } else if (argument.name === undefined) positional.push({ value, place });
    else addNamed(named, argument.name, { value, place });
  }

  #subscript(objectSyntax: Expression, index: Expression, line: number): Value {
    const object = this.evaluate(objectSyntax);
    if (index.kind === 'slice') {
      const bounds = this.sliceBounds(index);
      const { place, budget } = this.at(line);
      return getSlice(object, bounds, place, budget);
    }
    const key = this.evaluate(index);
    return getItem(object, key, this.at(line).budget);
  }

  /** The bounds of a slice; a missing one is None. */
  sliceBounds(slice: SliceExpression): SliceBounds {
    const bound = (part: Expression | undefined): Value => (part === undefined ? null : this.evaluate(part));
    return { start: bound(slice.start), stop: bound(slice.stop), step: bound(slice.step) };
  }

  #compare(expression: CompareExpression): Value {
    let left = this.evaluate(expression.first);
    for (const { operator, value } of expression.rest) {
      const right = this.evaluate(value);
      if (!compare(operator, left, right, this.at(expression.line).budget)) return false;
      left = right;
    }
    return true;
  }
}

function addNamed(named: Map<string, Slot>, name: string, slot: Slot): void {
  if (named.has(name)) throw new PythonFault(`The argument '${name}' is given twice`);
  named.set(name, slot);
}
