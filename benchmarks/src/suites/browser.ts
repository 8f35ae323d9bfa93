import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { ChildError, runChild } from '../children/run-child.js';
import type { Column } from '../columns.js';
import type { Measurement } from '../measurement.js';
import { inRounds } from './rounds.js';
import type { Suite } from './suite.js';

const NAME = 'browser-start-up';
const PAGE = fileURLToPath(new URL('../../page', import.meta.url));
const FIND_CHROMIUM = fileURLToPath(new URL('../../../scripts/chromium.mjs', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};
const FLAGS = ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update'];
const TIME_LIMIT_MS = 60_000;

/** From navigation to the first weight: a page that Vite built, served from this machine, nothing in the cache. */
export const browser: Suite = {
  cases: () => [NAME],

  async run(bench, picked) {
    if (!picked.has(NAME)) return [];
    bench.say('start-up in Chromium');
    const row = { case: NAME, group: 'start-up', size: 64 * 32, dtype: 'float32', unit: 's' } as const;
    const found = await findChromium();
    if ('absent' in found) {
      bench.say(`skipped: ${found.absent}`);
      const title = 'navigation to the first weight, headless Chromium';
      return [{ ...row, title, samples: {}, absent: { threads1: found.absent } }];
    }
    const { version, seconds } = await measure(found.path, bench.flags.rounds);
    const title = `navigation to the first weight, headless Chromium ${version}`;
    const absent = { threadsN: 'few weights are made on one thread', gpu: 'few weights are made on the CPU' };
    return [{ ...row, title, samples: { threads1: seconds }, absent }] satisfies readonly Measurement[];
  },
};

async function findChromium(): Promise<{ readonly path: string } | { readonly absent: string }> {
  try {
    return { path: (await runChild(process.execPath, [FIND_CHROMIUM])).trim() };
  } catch (error) {
    // It prints the path, or the reason why there is none.
    if (error instanceof ChildError && error.printed !== '') return { absent: error.printed };
    throw error;
  }
}

async function measure(
  path: string,
  rounds: number,
): Promise<{ readonly version: string; readonly seconds: readonly number[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'incipit-bench-page-'));
  try {
    await build({ root: PAGE, configFile: false, logLevel: 'silent', build: { outDir: folder, target: 'es2022' } });
    const served = await serve(folder);
    const opened = await chromium.launch({ executablePath: path, headless: true, args: FLAGS });
    try {
      const run = async (): Promise<number> => {
        // A context of its own has a cache of its own.
        const context = await opened.newContext();
        const page = await context.newPage();
        await page.goto(served.url);
        await page.waitForFunction("document.querySelector('#result').textContent !== ''", undefined, {
          timeout: TIME_LIMIT_MS,
        });
        const shown = Number(await page.textContent('#result'));
        await context.close();
        return shown / 1000;
      };
      const key: Column = 'threads1';
      const { samples } = await inRounds([{ key, run }], { rounds, warmUps: 1 });
      return { version: opened.version(), seconds: samples[key] ?? [] };
    } finally {
      await opened.close();
      await served.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Serves a folder on a free port of the loopback address. */
async function serve(folder: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname).replace(/\/$/, '/index.html');
    const file = join(folder, path);
    const isFile = await stat(file).then(
      (stats) => stats.isFile(),
      () => false,
    );
    if (!isFile) response.writeHead(404).end();
    else {
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
      createReadStream(file).pipe(response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/`, close };
}
