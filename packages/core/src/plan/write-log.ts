import type { ConfigOrigin } from '@incipit/registry';
import type { DrawOrder } from '../ir/draw-order.js';
import { frozenJson, type JsonValue, sharedJson } from '../ir/json.js';
import type { Law } from '../ir/law.js';
import type { Provenance, RuleReference, Write } from '../ir/provenance.js';
import { isSameLaw } from '../ir/same-law.js';
import type { PlacedAssignment } from './logical-view.js';

/** Who asks for a write. */
export interface Author {
  /** Registry name, or `fallback` or `initWeights`. */
  readonly initializer: string;
  readonly options: JsonValue;
  readonly rule: RuleReference | null;
  readonly origin?: ConfigOrigin | undefined;
}

/**
 * Every write that was asked for, by parameter, oldest first. The last one of a parameter is carried out. All of it is
 * frozen JSON, as plans are.
 */
export class WriteLog {
  readonly #writes = new Map<string, Write[]>();
  readonly #laws = new Map<string, Law>();
  readonly #orders = new Map<string, DrawOrder>();
  #sequence = 0;
  /** The law that came last, which the next parameter often has too. */
  #last: { readonly given: Law; readonly law: Law } | undefined;

  add(path: string, author: Author, assignment: PlacedAssignment): void {
    const write: Write = Object.freeze({
      sequence: this.#sequence,
      initializer: author.initializer,
      options: frozenJson(author.options),
      rule: frozenJson(author.rule),
      ...(author.origin === undefined ? {} : { origin: frozenJson(author.origin) }),
      law: this.#frozen(assignment.law),
      ...(assignment.fans === undefined ? {} : { fans: frozenJson(assignment.fans) }),
      ...(assignment.gain === undefined ? {} : { gain: frozenJson(assignment.gain) }),
    });
    this.#sequence += 1;
    this.#laws.set(path, assignment.law);
    if (assignment.order !== undefined) this.#orders.set(path, assignment.order);
    else this.#orders.delete(path);
    const earlier = this.#writes.get(path);
    if (earlier === undefined) this.#writes.set(path, [write]);
    else earlier.push(write);
  }

  #frozen(given: Law): Law {
    if (this.#last === undefined || !isSameLaw(given, this.#last.given)) {
      this.#last = { given, law: sharedJson(given) };
    }
    return this.#last.law;
  }

  of(path: string): readonly Write[] {
    return this.#writes.get(path) ?? NONE;
  }

  /** The law that is carried out, as its initializer gave it: JSON has no NaN, which is still to be refused. */
  lawOf(path: string): Law | undefined {
    return this.#laws.get(path);
  }

  /** How the values of the write that is carried out lie; undefined when as they are drawn. */
  orderOf(path: string): DrawOrder | undefined {
    return this.#orders.get(path);
  }

  /** The write that is carried out, with those before it. `keyPath` is the path that its key comes from. */
  provenanceOf(path: string, keyPath: string): Provenance | undefined {
    const writes = this.of(path);
    const last = writes.at(-1);
    if (last === undefined) return undefined;
    const superseded = writes.length === 1 ? NONE : Object.freeze(writes.slice(0, -1));
    return Object.freeze({ ...last, ...(keyPath === path ? {} : { keyPath }), superseded });
  }
}

const NONE: readonly Write[] = Object.freeze([]);
