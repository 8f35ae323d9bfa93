import type { ConfigOrigin } from '@incipit/registry';
import type { Assignment } from '../initializers/initializer.js';
import type { JsonValue } from '../ir/json.js';
import type { RuleReference, Write } from '../ir/provenance.js';

/** Who asks for a write. */
export interface Author {
  /** Registry name, or `fallback` or `initWeights`. */
  readonly initializer: string;
  readonly options: JsonValue;
  readonly rule: RuleReference | null;
  readonly origin?: ConfigOrigin | undefined;
}

/** Every write that was asked for, by parameter, oldest first. The last one of a parameter is carried out. */
export class WriteLog {
  readonly #writes = new Map<string, Write[]>();
  #sequence = 0;

  add(path: string, author: Author, assignment: Assignment): void {
    const write: Write = {
      sequence: this.#sequence,
      initializer: author.initializer,
      options: author.options,
      rule: author.rule,
      ...(author.origin === undefined ? {} : { origin: author.origin }),
      law: assignment.law,
      ...(assignment.fans === undefined ? {} : { fans: assignment.fans }),
      ...(assignment.gain === undefined ? {} : { gain: assignment.gain }),
    };
    this.#sequence += 1;
    const earlier = this.#writes.get(path);
    if (earlier === undefined) this.#writes.set(path, [write]);
    else earlier.push(write);
  }

  of(path: string): readonly Write[] {
    return this.#writes.get(path) ?? [];
  }
}
