import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    strict: true,
    skipLibCheck: true,
    rootDir: 'src',
    outDir: 'dist',
  },
  include: ['src'],
};

/** A TypeScript project outside the monorepo, which has installed our packages. */
export interface UserProject {
  readonly folder: string;
  write(path: string, text: string): Promise<void>;
  /** What `tsc` says; nothing where all is well. */
  compile(): Promise<readonly string[]>;
  /** Runs a program in the project's folder. */
  run(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }>;
  dispose(): Promise<void>;
}

/** @param packages names of packages in the monorepo's `node_modules`. */
export async function createUserProject(packages: readonly string[]): Promise<UserProject> {
  const folder = await mkdtemp(join(tmpdir(), 'incipit-codegen-'));
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await write('package.json', JSON.stringify({ name: 'user', version: '1.0.0', type: 'module' }));
  await write('tsconfig.json', JSON.stringify(TSCONFIG));
  for (const name of packages) {
    await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  const run = (...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [...args], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: `${stdout}${stderr}` });
      });
    });
  return {
    folder,
    write,
    run,
    compile: async () => {
      const { output } = await run(join(ROOT, 'node_modules/typescript/bin/tsc'), '--pretty', 'false', '-p', '.');
      return output.split('\n').filter((line) => line !== '');
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}
