import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A Python with the peers in it, or why there is none. */
export type PythonFound = { readonly python: string } | { readonly reason: string };

/** Written last: a venv without it was interrupted and is made again. */
const MARK = 'incipit-bench.json';
const PACKAGES = ['torch', 'numpy', 'jax', 'safetensors'];

/**
 * Makes a virtual environment with torch, JAX, NumPy and safetensors once, in the project's cache folder. On Linux with an x86-64
 * processor pip's torch brings its GPU libraries along: 3 GB to download, 7 GB on disk. `INCIPIT_BENCH_PYTHON` names a
 * Python of your own that has them, and nothing is installed then.
 */
export async function findPython(folder: string, log: (line: string) => void): Promise<PythonFound> {
  const own = process.env['INCIPIT_BENCH_PYTHON'];
  if (own !== undefined && own !== '') return { python: own };
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const mark = `${JSON.stringify({ packages: PACKAGES })}\n`;
  const known = await readFile(join(folder, MARK), 'utf8').catch(() => '');
  if (known.trim() === mark.trim()) return { python };
  log(`making ${folder} with ${PACKAGES.join(', ')} (once; up to 3 GB to download)`);
  // One of an earlier version of this list is whole: pip adds what it lacks.
  if (known === '') {
    await rm(folder, { recursive: true, force: true });
    await mkdir(dirname(folder), { recursive: true });
    const launcher = process.platform === 'win32' ? 'python' : 'python3';
    const made = await run(launcher, ['-m', 'venv', folder]);
    if (made !== undefined) return { reason: `no virtual environment could be made: ${made}` };
  }
  const installed = await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
  if (installed !== undefined) return { reason: `pip could not install ${PACKAGES.join(', ')}: ${installed}` };
  await writeFile(join(folder, MARK), mark);
  return { python };
}

/** Runs a program to its end. @returns its last words when it failed. */
function run(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words += text;
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) =>
      resolve(code === 0 ? undefined : (words.trim().split('\n').at(-1) ?? `exit code ${code}`)),
    );
  });
}
