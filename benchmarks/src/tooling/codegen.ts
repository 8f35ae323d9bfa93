// `npm run bench:codegen [-- --json FILE]`: what `incipit codegen` takes of time and memory, as a process of its own.
import { spawn } from 'node:child_process';
import { appendFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeTypedProject } from './typed-project.js';

const CLI = fileURLToPath(new URL('../../../packages/cli/bin/incipit.js', import.meta.url));
const RUN = ['codegen', '--project', 'tsconfig.json', '--out', 'src/generated'];
const ROUNDS = 3;
/** Tells the greatest memory of a process when it ends. */
const PEAK = "data:text/javascript,process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS))";

const { values } = parseArgs({ options: { json: { type: 'string' } } });

/** A class as people write them: documented options of several kinds, and an initializer's face. */
function initializer(index: number): string {
  return `import { type Assignment, BaseInit, type BaseInitOptions, WEIGHT_INITIALIZERS } from '@incipit/core';

export interface Init${index}Options extends BaseInitOptions {
  /**
   * How wide number ${index} is.
   *
   * @minimum 0
   * @default 1
   */
  readonly width?: number;
  /** Which way it goes. */
  readonly side: 'left' | 'right' | 'both';
  /** Names of what it is for. */
  readonly names?: readonly string[];
  /** Two numbers. */
  readonly range?: readonly [number, number];
  readonly inner?: { readonly depth: number; readonly label?: string | null };
}

/** Weights of the kind ${index}. */
@WEIGHT_INITIALIZERS.register('Init${index}')
export class Init${index} extends BaseInit {
  readonly type: string = 'Init${index}';

  constructor(private readonly own: Init${index}Options) {
    super(own);
  }

  weightLaw(): Assignment {
    return { law: { kind: 'constant', value: this.own.width ?? 1 } };
  }
}
`;
}

interface Run {
  readonly seconds: number;
  readonly megabytes: number;
}

function run(folder: string, ...flags: readonly string[]): Promise<Run> {
  return new Promise((done, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, ['--import', PEAK, CLI, ...RUN, ...flags], { cwd: folder });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      const peak = /peak (\d+)$/.exec(said)?.[1];
      if (code === 0) done({ seconds: (performance.now() - start) / 1000, megabytes: Number(peak) / 1024 });
      else reject(new Error(said));
    });
  });
}

/** From a change of a source until the files are written again. */
async function watchSeconds(folder: string): Promise<number> {
  const child = spawn(process.execPath, [CLI, ...RUN, '--watch'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: (() => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', () => lines.shift()?.());
  const line = (): Promise<void> => new Promise((done) => lines.push(done));
  try {
    await line();
    const start = performance.now();
    const again = line();
    await appendFile(join(folder, 'src/init-0.ts'), 'export interface Unused { readonly a: number }\n');
    await again;
    return (performance.now() - start) / 1000;
  } finally {
    child.kill();
  }
}

const results: { name: string; seconds: number; megabytes?: number; limitSeconds: number; limitMegabytes?: number }[] =
  [];
for (const [classes, limitSeconds] of [
  [50, 3],
  [500, 10],
] as const) {
  const rows = Array.from({ length: classes }, (_, index) => [`src/init-${index}.ts`, initializer(index)] as const);
  const dependencies = { '@incipit/core': '0.1.0', '@incipit/registry': '0.1.0' };
  const manifest = JSON.stringify({ name: 'user', version: '1.0.0', type: 'module', dependencies });
  const { folder, dispose } = makeTypedProject({ ...Object.fromEntries(rows), 'package.json': manifest });
  try {
    const cold = await run(folder);
    results.push({ name: `${classes} classes, cold`, ...cold, limitSeconds, limitMegabytes: 1024 });
    const checks = [];
    for (let round = 0; round < ROUNDS; round++) checks.push((await run(folder, '--check')).seconds);
    const seconds = Math.min(...checks);
    if (classes === 50) {
      results.push({ name: `${classes} classes, --check`, seconds, limitSeconds: 2 });
      results.push({
        name: `${classes} classes, --watch after a change`,
        seconds: await watchSeconds(folder),
        limitSeconds: 1,
      });
    } else results.push({ name: `${classes} classes, --check`, seconds, limitSeconds });
  } finally {
    dispose();
  }
}
for (const { name, seconds, megabytes, limitSeconds, limitMegabytes } of results) {
  const memory = megabytes === undefined ? '' : `, ${megabytes.toFixed(0)} MB (limit ${limitMegabytes})`;
  process.stdout.write(`${name}: ${seconds.toFixed(2)} s (limit ${limitSeconds})${memory}\n`);
}
// npm runs this in the workspace's folder; files are meant relative to where the user is.
const place = (file: string): string => resolve(process.env['INIT_CWD'] ?? '.', file);
if (values.json !== undefined) await writeFile(place(values.json), `${JSON.stringify(results, null, 2)}\n`);
const isOver = results.some(
  ({ seconds, limitSeconds, megabytes = 0, limitMegabytes = Number.POSITIVE_INFINITY }) =>
    seconds > limitSeconds || megabytes > limitMegabytes,
);
if (isOver) process.exitCode = 1;
