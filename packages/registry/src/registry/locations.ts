import { RegistryError } from '../errors.js';
import { showValue } from '../schema/mapping.js';

/**
 * A module that registers entries when it is imported: a function that imports it, an absolute URL, or the name of a
 * package. Functions are what bundlers understand: `() => import('./backbones.js')`.
 */
export type Location = (() => Promise<unknown>) | URL | string;

/** The modules of a registry that wait to be imported. */
export class Locations {
  readonly #owner: string;
  readonly #waiting: Set<Location>;
  #import: Promise<void> | undefined;

  /** @throws RegistryError `bad-location`. */
  constructor(locations: readonly Location[], owner: string) {
    this.#owner = owner;
    for (const location of locations) checkLocation(location, owner);
    this.#waiting = new Set(locations);
  }

  /** How messages call those that are not imported yet. */
  get pending(): readonly string[] {
    return [...this.#waiting].map(showLocation);
  }

  /**
   * Imports what waits, in order; calls that overlap share one import. What failed is tried again by the next call.
   *
   * @throws RegistryError `location-failed`, with what the import threw as `cause`.
   */
  import(): Promise<void> {
    this.#import ??= this.#importAll().finally(() => {
      this.#import = undefined;
    });
    return this.#import;
  }

  async #importAll(): Promise<void> {
    for (const location of [...this.#waiting]) {
      try {
        await (typeof location === 'function'
          ? location()
          : import(/* @vite-ignore */ /* webpackIgnore: true */ String(location)));
      } catch (cause) {
        throw new RegistryError({
          code: 'location-failed',
          what: `The registry '${this.#owner}' cannot import its location ${showLocation(location)}: ${cause instanceof Error ? cause.message : String(cause)}`,
          cause,
        });
      }
      this.#waiting.delete(location);
    }
  }
}

function checkLocation(location: unknown, owner: string): void {
  if (typeof location === 'function' || location instanceof URL) return;
  // A relative path would be resolved from this file, which is never what was meant.
  if (typeof location === 'string' && location !== '' && !/^\.{0,2}\//.test(location)) return;
  throw new RegistryError({
    code: 'bad-location',
    what: `The registry '${owner}' has the location ${showValue(location)}`,
    expected: 'a function that imports a module, a URL, or the name of a package',
    fix: "write () => import('./module.js')",
  });
}

function showLocation(location: Location): string {
  if (typeof location !== 'function') return `'${String(location)}'`;
  const text = String(location).replace(/\s+/g, ' ');
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
