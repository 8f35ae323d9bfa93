import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNpm } from './run-program.js';

/** Root of the monorepo, seen from `dist`. */
export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

/** A packed package. */
export interface Tarball {
  readonly name: string;
  /** Absolute path of the `.tgz`. */
  readonly path: string;
  /** Paths of the files inside. */
  readonly files: readonly string[];
  /** Bytes of the `.tgz`. */
  readonly size: number;
}

interface PackEntry {
  readonly name: string;
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** npm 11 gives a list, newer ones a mapping by name. */
function packEntries(output: string): readonly PackEntry[] {
  const parsed = JSON.parse(output) as PackEntry[] | Record<string, PackEntry>;
  return Array.isArray(parsed) ? parsed : Object.values(parsed);
}

/** Packs every public package into `folder`, as publishing would. */
export async function packAll(folder: string): Promise<readonly Tarball[]> {
  const packages = join(ROOT, 'packages');
  const args = (await readdir(packages)).flatMap((name) => ['--workspace', `packages/${name}`]);
  const { code, stdout, stderr } = await runNpm(['pack', '--json', '--pack-destination', folder, ...args], ROOT);
  if (code !== 0) throw new Error(`npm pack failed: ${stderr}`);
  return packEntries(stdout).map(({ name, filename, size, files }) => ({
    name,
    path: join(folder, filename),
    files: files.map(({ path }) => path),
    size,
  }));
}

/** Version of a development dependency of this workspace, for what a user would install beside our packages. */
export async function pinnedVersion(name: string): Promise<string> {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const version = manifest.devDependencies[name];
  if (version === undefined) throw new Error(`${name} is not a dependency of tests/packages`);
  return version;
}
