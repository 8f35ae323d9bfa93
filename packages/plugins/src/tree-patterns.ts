import { AdapterError, type Axis, formatShape, type Shape } from '@incipit/core';
import { PathTable } from './path-table.js';
import { roleByName } from './roles.js';

/**
 * What names and arrays alone do not say. Each key is a pattern of paths: `*` stands for a part of a name, `**` for any
 * number of names; the first that fits counts, and one that fits nothing is an error.
 */
export interface TreePatterns {
  /** What the axes of parameters mean: `{ '**.weight': ['in', 'out'] }`. Laws with fans need them. */
  readonly axes?: Readonly<Record<string, readonly Axis[]>>;
  /** Names of modules for rules: `{ 'layers.*': 'Linear' }`, `''` for the root. Every module is a `Module` too. */
  readonly types?: Readonly<Record<string, string | readonly string[]>>;
  /** `weight` or `bias`, where a parameter's name does not tell: `{ '*.0': 'weight' }`. */
  readonly roles?: Readonly<Record<string, string>>;
}

/** The patterns of one description of a tree, and which of them have fitted something. */
export class TreeTables {
  readonly #axes: PathTable<readonly Axis[]>;
  readonly #roles: PathTable<string>;
  readonly #types: PathTable<string | readonly string[]>;

  constructor({ axes, roles, types }: TreePatterns) {
    this.#axes = new PathTable('axes', axes);
    this.#roles = new PathTable('roles', roles);
    this.#types = new PathTable('types', types);
  }

  /** A module's names for rules; none when no pattern fits. */
  types(path: string): readonly string[] {
    return [this.#types.find(path) ?? []].flat();
  }

  /**
   * The axes of a parameter that has these paths. Every path is looked up, so that no pattern seems unused because
   * another path comes first.
   *
   * @throws AdapterError `wrong-axes` when there is not one for each axis.
   */
  axes(paths: readonly string[], shape: Shape): readonly Axis[] | undefined {
    const axes = paths.map((path) => this.#axes.find(path)).find((found) => found !== undefined);
    if (axes === undefined || axes.length === shape.length) return axes;
    throw new AdapterError({
      code: 'wrong-axes',
      what: `\`axes\` names ${axes.length} axes (${axes.join(', ')}) of the shape ${formatShape(shape)}`,
      path: paths[0] ?? '',
      expected: `${shape.length} names`,
    });
  }

  /** A parameter's role: by pattern, else what the model tells, else by its own name. */
  role(paths: readonly string[], name: string, told?: string): string {
    const role = paths.map((path) => this.#roles.find(path)).find((found) => found !== undefined);
    return role ?? told ?? roleByName(name);
  }

  /** @throws AdapterError `unmatched-pattern` when a pattern has fitted nothing. */
  assertUsed(paths: readonly string[]): void {
    for (const table of [this.#axes, this.#roles, this.#types]) table.assertUsed(paths);
  }
}
