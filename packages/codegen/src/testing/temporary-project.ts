import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OptionsSchema } from '@incipit/registry';
import type { CatalogRegistry } from '../catalog/catalog.js';
import { CodegenError } from '../errors.js';
import { type ProjectCatalogs, readProject } from '../sources/read-project.js';

/** Files of a small project by path; null for one that is not there. */
export type ProjectFiles = Readonly<Record<string, string | null>>;

const REGISTRY_FOLDER = fileURLToPath(new URL('../../../registry', import.meta.url));

const DEFAULTS: ProjectFiles = {
  'package.json': JSON.stringify({ name: 'fx', type: 'module' }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2022',
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      strict: true,
      skipLibCheck: true,
      lib: ['ES2022'],
    },
    include: ['src'],
  }),
};

/** What sources of the tests begin with. */
export const IMPORTS: string = "import { Registry, type NestedConfig, type OptionsSchema } from '@incipit/registry';\n";

/** A registry of shapes, in the third line. */
export const SHAPES: string = `${IMPORTS}/** Things with an area. */\nexport const SHAPES: Registry<object> = new Registry<object>('shape', { scope: 'geo' });\n`;

/** Writes a project into a folder of its own, with `@incipit/registry` installed. */
export function makeProject(files: ProjectFiles): string {
  const folder = mkdtempSync(join(tmpdir(), 'incipit-codegen-'));
  for (const [path, text] of Object.entries({ ...DEFAULTS, ...files })) {
    if (text === null) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, 'node_modules/@incipit'), { recursive: true });
  symlinkSync(REGISTRY_FOLDER, join(folder, 'node_modules/@incipit/registry'));
  return folder;
}

/** Hands a project to `use`, and takes it away. */
export function withProject<R>(files: ProjectFiles, use: (folder: string) => R): R {
  const folder = makeProject(files);
  const dispose = (): void => rmSync(folder, { recursive: true, force: true });
  let result: R;
  try {
    result = use(folder);
  } catch (error) {
    dispose();
    throw error;
  }
  if (result instanceof Promise) return result.finally(dispose) as R;
  dispose();
  return result;
}

/** What is read of a project. */
export function readFiles(files: ProjectFiles): ProjectCatalogs {
  return withProject(files, (folder) =>
    readProject({ tsconfig: join(folder, 'tsconfig.json'), exclude: [join(folder, 'src/generated')] }),
  );
}

/** What is read of one file behind {@link SHAPES}. */
export function readSource(source: string): ProjectCatalogs {
  return readFiles({ 'src/a.ts': SHAPES + source });
}

export function registryOf({ catalog }: ProjectCatalogs, id = 'fx#SHAPES'): CatalogRegistry {
  const found = catalog.registries.find((registry) => registry.id === id);
  if (found === undefined) throw new Error(`no registry ${id} among ${catalog.registries.map((row) => row.id)}`);
  return found;
}

/** Names and aliases in a registry, sorted. */
export function namesIn(read: ProjectCatalogs, id?: string): readonly string[] {
  return registryOf(read, id)
    .entries.flatMap(({ name, aliases = [] }) => [name, ...aliases])
    .sort();
}

/** The options of the entry `A`. */
export function optionsOf(read: ProjectCatalogs, name = 'A'): OptionsSchema | undefined {
  const entry = registryOf(read).entries.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new Error(`no entry ${name}`);
  return entry.options;
}

/** The options of a class `A` whose constructor takes an interface with these members, from the fifth line on. */
export function readOptions(members: string, head = ''): OptionsSchema | undefined {
  return optionsOf(readSource(optionsSource(members, head)));
}

export function optionsSource(members: string, head = ''): string {
  return `${head}export interface O {\n${members}\n}\n@SHAPES.register('A')\nexport class A { constructor(readonly o: O) {} }\n`;
}

/** What is wrong with a project. */
export function problemsOf(files: ProjectFiles): CodegenError {
  try {
    readFiles(files);
  } catch (error) {
    if (error instanceof CodegenError) return error;
    throw error;
  }
  throw new Error('nothing is wrong');
}
