import type { Context } from './context.js';
import type { Scope } from './evaluate.js';
import type { Importer } from './execute.js';
import { PythonFault } from './fault.js';
import { keyOf } from './keys.js';
import { isStandardModule, standardModule } from './modules.js';
import type { ImportedName, ImportStatement, ReadBaseStatement } from './syntax.js';
import { type PyDict, PyLazy, PyOpaque, type Value } from './values.js';

/** The module of an import of the kind `import X`, and the name that it binds. */
interface Binding {
  readonly name: string;
  readonly value: Value;
}

/** Imports as names: nothing is loaded, but the files under `read_base()`, which were read before. */
export class NameImporter implements Importer {
  /** Names that were imported from elsewhere than a config. */
  readonly imported: Set<string> = new Set();
  readonly #context: Context;
  readonly #scope: Scope;
  readonly #builtins: ReadonlyMap<string, Value>;
  readonly #modules: ReadonlyMap<string, PyDict>;

  /** @param modules the files of `read_base()`, by the name by which they are imported. */
  constructor(
    context: Context,
    scope: Scope,
    builtins: ReadonlyMap<string, Value>,
    modules: ReadonlyMap<string, PyDict>,
  ) {
    this.#context = context;
    this.#scope = scope;
    this.#builtins = builtins;
    this.#modules = modules;
  }

  import(statement: ImportStatement): void {
    const { from } = statement;
    const base = from === undefined ? undefined : this.#modules.get(from);
    if (base !== undefined) {
      this.#importBase(base, statement);
      return;
    }
    for (const imported of statement.names) {
      this.#context.line = imported.line;
      const { name, value } = from === undefined ? this.#module(imported) : this.#member(from, imported);
      this.imported.add(name);
      this.#scope.names.set(name, { value, place: this.#context.place });
    }
  }

  readBase(statement: ReadBaseStatement): void {
    for (const inner of statement.imports) this.import(inner);
  }

  #importBase(base: PyDict, statement: ImportStatement): void {
    for (const { name, alias, line } of statement.names) {
      this.#context.line = line;
      if (name === '*') {
        for (const entry of base.entries.values()) this.#scope.names.set(String(entry.key), entry);
        continue;
      }
      const entry = base.entries.get(keyOf(name));
      if (entry === undefined) throw new PythonFault(`The config '${statement.from}' has no '${name}'`);
      this.#scope.names.set(alias ?? name, entry);
    }
  }

  /** `import a.b` binds `a`; `import a.b as c` binds the module itself. */
  #module({ name, alias }: ImportedName): Binding {
    const top = name.split('.')[0] ?? name;
    const module = alias === undefined ? top : name;
    return { name: alias ?? top, value: isStandardModule(name) ? this.#standard(module) : new PyLazy(module) };
  }

  #member(from: string, { name, alias }: ImportedName): Binding {
    if (name === '*') {
      throw new PythonFault(`'from ${from} import *' stands outside of 'with read_base():'`, {
        fix: 'name what is imported, or put a config under read_base()',
      });
    }
    if (!isStandardModule(from)) return { name: alias ?? name, value: new PyLazy(`${from}.${name}`) };
    const inner = from === 'os' && name === 'path' ? this.#standard('os.path') : this.#standard(from).members.get(name);
    // Annotations and `read_base` itself are imported, and never asked for a value.
    return { name: alias ?? name, value: inner ?? new PyOpaque(`'${from}.${name}'`) };
  }

  #standard(module: string): ReturnType<typeof standardModule> {
    return standardModule(module, this.#context, this.#builtins);
  }
}
