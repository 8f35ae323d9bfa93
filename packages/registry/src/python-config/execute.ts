import { deleteAttribute, getAttribute, setAttribute } from './attributes.js';
import type { Evaluator } from './evaluate.js';
import { outsideSubset, PythonFault } from './fault.js';
import { slotsOf } from './iterate.js';
import { entriesOf, update } from './mapping.js';
import { binary } from './operators.js';
import { assignItem, assignSlice, deleteItem, deleteSlice, getItem, getSlice } from './subscript.js';
import type {
  AugmentStatement,
  Expression,
  ForStatement,
  ImportStatement,
  ReadBaseStatement,
  Statement,
} from './syntax.js';
import { isTrue, PyDict, PyList, PyOpaque, type Slot, type Value } from './values.js';

/** The name that names the bases; what is assigned to it was read before anything else. */
const BASE_KEY = '_base_';

/** How a block was left. */
type Flow = 'end' | 'break' | 'continue';

/** Does the imports, which differ between the two styles of config. */
export interface Importer {
  import(statement: ImportStatement): void;
  readBase(statement: ReadBaseStatement): void;
}

/** Runs statements on values. */
export class Executor {
  readonly #evaluator: Evaluator;
  readonly #importer: Importer;

  constructor(evaluator: Evaluator, importer: Importer) {
    this.#evaluator = evaluator;
    this.#importer = importer;
  }

  /** Runs the statements of a file. */
  run(statements: readonly Statement[]): void {
    if (this.#block(statements) !== 'end') throw new PythonFault("'break' or 'continue' stands outside of a loop");
  }

  #block(statements: readonly Statement[]): Flow {
    for (const statement of statements) {
      this.#evaluator.at(statement.line).budget.spend(1);
      const flow = this.#statement(statement);
      if (flow !== 'end') return flow;
    }
    return 'end';
  }

  #statement(statement: Statement): Flow {
    const evaluator = this.#evaluator;
    switch (statement.kind) {
      case 'assign': {
        const targets = statement.targets.filter((target) => !(target.kind === 'name' && target.name === BASE_KEY));
        // The value of `_base_` is read ahead; another name beside it takes it too.
        const value = targets.length === 0 ? null : evaluator.evaluate(statement.value);
        for (const target of targets) this.#assign(target, { value, place: evaluator.context.placeAt(target.line) });
        return 'end';
      }
      case 'augment':
        this.#augment(statement);
        return 'end';
      case 'expression':
        evaluator.evaluate(statement.value);
        return 'end';
      case 'delete':
        for (const target of statement.targets) this.#delete(target);
        return 'end';
      case 'if': {
        const taken = statement.branches.find((branch) => isTrue(evaluator.evaluate(branch.test)));
        return this.#block(taken?.body ?? statement.otherwise);
      }
      case 'for':
        return this.#loop(statement);
      case 'break':
      case 'continue':
        return statement.kind;
      default:
        this.#simple(statement);
        return 'end';
    }
  }

  #simple(
    statement: Exclude<Statement, { kind: 'assign' | 'augment' | 'expression' | 'delete' | 'if' | 'for' }>,
  ): void {
    const evaluator = this.#evaluator;
    switch (statement.kind) {
      case 'import':
        this.#importer.import(statement);
        return;
      case 'read-base':
        this.#importer.readBase(statement);
        return;
      case 'define': {
        const value = new PyOpaque(`the function '${statement.name}'`);
        evaluator.scope.names.set(statement.name, { value, place: evaluator.context.place });
        return;
      }
      case 'assert': {
        if (isTrue(evaluator.evaluate(statement.test))) return;
        const message = statement.message === undefined ? undefined : evaluator.evaluate(statement.message);
        throw new PythonFault(`An assertion does not hold${typeof message === 'string' ? `: ${message}` : ''}`);
      }
      case 'unsupported':
        throw outsideSubset(statement.construct);
      default:
        return;
    }
  }

  #loop(statement: ForStatement): Flow {
    for (const slot of this.#evaluator.slots(statement.source)) {
      this.#evaluator.at(statement.line).budget.spend(1);
      this.#assign(statement.target, slot);
      if (this.#block(statement.body) === 'break') return 'end';
    }
    return this.#block(statement.otherwise);
  }

  #assign(target: Expression, slot: Slot): void {
    const evaluator = this.#evaluator;
    switch (target.kind) {
      case 'name':
        evaluator.scope.names.set(target.name, slot);
        return;
      case 'sequence':
        for (const [inner, part] of evaluator.unpack(target, slot.value)) this.#assign(inner, part);
        return;
      case 'attribute': {
        const object = evaluator.evaluate(target.object);
        setAttribute(object, target.name, slot, evaluator.at(target.line));
        return;
      }
      case 'subscript': {
        const object = evaluator.evaluate(target.object);
        if (target.index.kind !== 'slice') {
          const index = evaluator.evaluate(target.index);
          assignItem(object, index, slot, evaluator.at(target.line).budget);
          return;
        }
        const bounds = evaluator.sliceBounds(target.index);
        const { place, budget } = evaluator.at(target.line);
        assignSlice(object, bounds, slotsOf(slot.value, place, budget));
        return;
      }
      default:
        evaluator.at(target.line);
        throw new PythonFault('What stands before the = cannot be assigned to', { code: 'parse-error' });
    }
  }

  #augment(statement: AugmentStatement): void {
    const { target, operator, line } = statement;
    const evaluator = this.#evaluator;
    if (target.kind === 'sequence') throw new PythonFault(`'${operator}=' takes one target`, { code: 'parse-error' });
    const { place } = evaluator.context;
    // The object and the index are evaluated once, then read and written.
    const object =
      target.kind === 'attribute' || target.kind === 'subscript' ? evaluator.evaluate(target.object) : null;
    const index =
      target.kind === 'subscript' && target.index.kind !== 'slice' ? evaluator.evaluate(target.index) : null;
    const old = this.#read(target, object, index);
    const value = this.#combine(operator, old, evaluator.evaluate(statement.value));
    evaluator.at(line);
    if (target.kind === 'attribute') setAttribute(object, target.name, { value, place }, evaluator.context);
    else if (target.kind === 'subscript' && target.index.kind !== 'slice') {
      assignItem(object, index, { value, place }, evaluator.context.budget);
    } else this.#assign(target, { value, place });
  }

  #read(target: Expression, object: Value, index: Value): Value {
    const { context } = this.#evaluator;
    if (target.kind === 'attribute') return getAttribute(object, target.name, context);
    if (target.kind !== 'subscript') return this.#evaluator.evaluate(target);
    if (target.index.kind !== 'slice') return getItem(object, index, context.budget);
    return getSlice(object, this.#evaluator.sliceBounds(target.index), context.place, context.budget);
  }

  /** Lists and dicts change in place, so that all names for them see it. */
  #combine(operator: string, old: Value, added: Value): Value {
    const { place, budget } = this.#evaluator.context;
    if (operator === '+' && old instanceof PyList) {
      const slots = slotsOf(added, place, budget);
      budget.spendSize(old.slots.length + slots.length);
      old.slots = [...old.slots, ...slots];
      return old;
    }
    if (operator === '|' && old instanceof PyDict) {
      update(old, entriesOf(added, place, budget), budget);
      return old;
    }
    const value = binary(operator, old, added, budget);
    if (!(operator === '*' && old instanceof PyList && value instanceof PyList)) return value;
    old.slots = value.slots;
    return old;
  }

  #delete(target: Expression): void {
    const evaluator = this.#evaluator;
    switch (target.kind) {
      case 'name':
        if (evaluator.scope.names.delete(target.name)) return;
        throw new PythonFault(`The name '${target.name}' is not defined`);
      case 'sequence':
        for (const item of target.items) this.#delete(item.value);
        return;
      case 'attribute':
        deleteAttribute(evaluator.evaluate(target.object), target.name);
        return;
      case 'subscript': {
        const object = evaluator.evaluate(target.object);
        if (target.index.kind === 'slice') deleteSlice(object, evaluator.sliceBounds(target.index));
        else deleteItem(object, evaluator.evaluate(target.index));
        return;
      }
      default:
        throw new PythonFault("What stands behind 'del' cannot be deleted", { code: 'parse-error' });
    }
  }
}
