import { dirname, join, relative, resolve } from 'node:path';
import type { Catalog } from './catalog/catalog.js';
import { CatalogView } from './catalog/catalog-view.js';
import { emitBuilders } from './emit/builders.js';
import { emitConfigs } from './emit/configs.js';
import { HEADER } from './emit/doc-comment.js';
import { emitDocs } from './emit/docs.js';
import { emitConfigFileSchema, emitRegistrySchema } from './emit/json-schema.js';
import { emitManifest } from './emit/manifest.js';
import { CodegenError } from './errors.js';
import { diffText } from './output/diff-text.js';
import { compareFiles, type FileDifferences, type FileSet, writeFiles } from './output/generated-files.js';
import { type ProjectCatalogs, ProjectReader } from './sources/read-project.js';

/** What to generate from, and where to. */
export interface GenerateOptions {
  /** The tsconfig.json of the sources. */
  readonly project: string;
  /** Folder of the generated files. */
  readonly out: string;
}

/** What a run came to. */
export interface GenerateResult {
  /** All files, by path inside the folder. */
  readonly files: readonly string[];
  readonly written: readonly string[];
  readonly removed: readonly string[];
  /** Entries found, in all registries. */
  readonly entries: number;
}

/** The registry whose configs are the rules of a config file. */
const RULES = 'weight initializer';

/** Writes what sources say of registries, and keeps up with them. */
export class Generator {
  readonly #options: GenerateOptions;
  readonly #project: ProjectReader;

  constructor(options: GenerateOptions) {
    this.#options = options;
    this.#project = new ProjectReader({ tsconfig: options.project, exclude: [options.out] });
  }

  /** Folder of the sources. */
  get folder(): string {
    return dirname(resolve(this.#options.project));
  }

  /** Takes in files that changed. */
  refresh(files: readonly string[]): void {
    this.#project.change(files);
  }

  /**
   * Writes what differs from what is there.
   *
   * @throws CodegenError with every mistake in the sources (nothing is written then); `foreign-file`, `unwritable`.
   */
  async write(): Promise<GenerateResult> {
    const { files, entries, differences } = await this.#compare();
    await writeFiles(this.#options.out, files, differences);
    const written = [...differences.missing, ...differences.changed.keys()].sort();
    return { files: [...files.keys()], written, removed: differences.leftOver, entries };
  }

  /** @throws CodegenError as `write`; `out-of-date` with the differences as a diff. */
  async check(): Promise<GenerateResult> {
    const { files, entries, differences } = await this.#compare();
    const { missing, changed, leftOver } = differences;
    if (missing.length + changed.size + leftOver.length > 0) {
      throw new CodegenError({
        code: 'out-of-date',
        what: `the generated files in '${this.#options.out}' are out of date\n\n${diffText(files, differences)}`,
        fix: 'run incipit codegen without --check',
      });
    }
    return { files: [...files.keys()], written: [], removed: [], entries };
  }

  async #compare(): Promise<{
    readonly files: FileSet;
    readonly entries: number;
    readonly differences: FileDifferences;
  }> {
    const read = this.#project.read();
    const files = filesOf(read, relative(read.root, resolve(this.#options.out)).replaceAll('\\', '/'));
    const entries = read.catalog.registries.reduce((sum, registry) => sum + registry.entries.length, 0);
    return { files, entries, differences: await compareFiles(this.#options.out, files, HEADER) };
  }
}

/** Generates once. @throws CodegenError as {@link Generator}. */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  return new Generator(options).write();
}

/** Compares once. @throws CodegenError as {@link Generator}, `out-of-date`. */
export async function check(options: GenerateOptions): Promise<GenerateResult> {
  return new Generator(options).check();
}

/**
 * Writes the files for a catalog that was not read from sources: of registries that are filled in loops.
 *
 * @param imported catalogs of the packages whose registries it hangs below.
 * @throws CodegenError `foreign-file`, `unwritable`.
 */
export async function generateFrom(catalog: Catalog, imported: readonly Catalog[], out: string): Promise<void> {
  const files = new Map(filesOf({ catalog, imported }, out));
  // Nothing in it can be imported by name.
  files.delete('manifest.ts');
  await writeFiles(out, files, await compareFiles(out, files, HEADER));
}

/**
 * The files for what was read.
 *
 * @param out folder of the files, relative to the package's root.
 */
export function filesOf({ catalog, imported }: Pick<ProjectCatalogs, 'catalog' | 'imported'>, out: string): FileSet {
  const view = new CatalogView(catalog, imported);
  const files = new Map<string, string>([
    ['builders.ts', emitBuilders(view)],
    ['catalog.json', `${JSON.stringify({ $comment: HEADER, ...catalog }, null, 2)}\n`],
    ['configs.ts', emitConfigs(view)],
    ['manifest.ts', emitManifest(view, out)],
  ]);
  for (const { id, builders } of catalog.registries) {
    const registry = view.registry(id);
    if (registry === undefined) continue;
    files.set(join('schema', `${builders}.schema.json`).replaceAll('\\', '/'), emitRegistrySchema(view, registry));
    files.set(join('docs', `${builders}.md`).replaceAll('\\', '/'), emitDocs(view, registry));
    if (registry.name === RULES) files.set('schema/config.schema.json', emitConfigFileSchema(view, registry));
  }
  return files;
}
