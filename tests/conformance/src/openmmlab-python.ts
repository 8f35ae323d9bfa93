import { execFile } from 'node:child_process';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { GoldenPackage } from './openmmlab-golden.js';

const run = promisify(execFile);

const MMENGINE = 'mmengine==0.10.7';
const SCRIPT = fileURLToPath(new URL('../python/time_mmengine.py', import.meta.url));
const WINDOWS = process.platform === 'win32';

/** Folders that pip fills, kept between runs. */
export class PythonCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The unpacked wheel of a package; downloaded when it is not there yet. */
  async wheel({ package: name, version }: GoldenPackage): Promise<string> {
    const folder = join(this.#folder, `${name}-${version}`);
    if (await exists(folder)) return folder;
    const partial = `${folder}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', partial, `${name}==${version}`];
    await python(await systemPython(), download);
    const wheel = (await readdir(partial)).find((file) => file.endsWith('.whl'));
    if (wheel === undefined) throw new Error(`pip brought no wheel of ${name} ${version}`);
    await python(await systemPython(), ['-m', 'zipfile', '-e', join(partial, wheel), partial]);
    // Renamed last: a run that was stopped midway leaves nothing that looks complete.
    await rename(partial, folder);
    return folder;
  }

  /** Python with mmengine; installed when it is not there yet. */
  async mmengine(): Promise<string> {
    const folder = join(this.#folder, 'mmengine');
    const inside = join(...(WINDOWS ? ['Scripts', 'python.exe'] : ['bin', 'python']));
    const done = join(folder, 'installed');
    if (!(await exists(done))) {
      await rm(folder, { recursive: true, force: true });
      await python(await systemPython(), ['-m', 'venv', folder]);
      // mmengine asks for pkg_resources, which newer Pythons and setuptools lack.
      const install = ['-m', 'pip', 'install', '--quiet', MMENGINE, 'setuptools<81'];
      await python(join(folder, inside), install);
      await mkdir(done);
    }
    return join(folder, inside);
  }
}

/**
 * Seconds that mmengine takes for these configs, one after the other, its own start left out.
 *
 * @param interpreter Python with mmengine.
 */
export async function timeMmengine(interpreter: string, files: readonly string[]): Promise<number> {
  const child = run(interpreter, [SCRIPT], { maxBuffer: 1 << 24 });
  child.child.stdin?.end(JSON.stringify(files));
  const { stdout } = await child;
  return (JSON.parse(stdout) as { readonly seconds: number }).seconds;
}

async function systemPython(): Promise<string> {
  for (const name of WINDOWS ? ['python', 'py'] : ['python3', 'python']) {
    try {
      await run(name, ['--version']);
      return name;
    } catch {
      // The next name may be there; when none is, that is said below.
    }
  }
  throw new Error('no Python was found: install Python 3.8 or newer with pip');
}

async function python(interpreter: string, args: readonly string[]): Promise<void> {
  try {
    await run(interpreter, [...args], { maxBuffer: 1 << 24 });
  } catch (cause) {
    const said = String((cause as { readonly stderr?: unknown }).stderr ?? '')
      .trim()
      .split('\n')
      .at(-1);
    throw new Error(`'${interpreter} ${args.join(' ')}' failed: ${said === '' ? String(cause) : said}`, { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
