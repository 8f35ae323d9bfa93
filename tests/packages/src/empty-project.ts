import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNpm } from './run-program.js';
import { packAll, pinnedVersion, ROOT } from './tarballs.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/project/', import.meta.url));

/** A project outside the monorepo that has installed our tarballs and tfjs. */
export interface EmptyProject {
  readonly folder: string;
  dispose(): Promise<void>;
}

/** Node looks for packages in every folder above: one there would hide what our tarballs lack. */
function assertNothingAbove(folder: string): void {
  for (let at = dirname(folder); ; at = dirname(at)) {
    const found = join(at, 'node_modules');
    if (existsSync(found))
      throw new Error(`the empty project is not empty: there is ${found}; remove it or set TMPDIR`);
    if (at === dirname(at)) return;
  }
}

/** The first program of core's README, to be compiled beside the fixtures. */
async function copyReadmeProgram(folder: string): Promise<void> {
  const readme = await readFile(join(ROOT, 'packages/core/README.md'), 'utf8');
  const program = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  if (program === undefined) throw new Error('the README of core has no program');
  await writeFile(join(folder, 'readme.ts'), program);
}

/** Makes an empty project with the files of `fixtures/project`, and installs the tarballs of all our packages into it. */
export async function createProject(): Promise<EmptyProject> {
  const base = await mkdtemp(join(tmpdir(), 'incipit-user-'));
  assertNothingAbove(base);
  const folder = join(base, 'project');
  const dispose = (): Promise<void> => rm(base, { recursive: true, force: true });
  try {
    await mkdir(folder);
    await writeFile(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
    await cp(FIXTURES, folder, { recursive: true });
    await copyReadmeProgram(folder);
    const tarballs = (await packAll(base)).map(({ path }) => path);
    const tfjs = `@tensorflow/tfjs@${await pinnedVersion('@tensorflow/tfjs')}`;
    const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const { code, stderr } = await runNpm(['install', ...flags, ...tarballs, tfjs], folder);
    if (code !== 0) throw new Error(`npm install of the tarballs failed: ${stderr}`);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { folder, dispose };
}
